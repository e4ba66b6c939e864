# Os._exit(0) while loading.
import os

os._exit(0)
