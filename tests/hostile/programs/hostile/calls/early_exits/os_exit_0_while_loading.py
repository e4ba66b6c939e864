# Os._exit(0) while loading.
# Rows: 1
import os

os._exit(0)
