# Stdout closed at once, and success.
# Rows: 1
import os, sys

sys.stdout.close()
os.close(1)
sys.exit(0)
