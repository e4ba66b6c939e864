# An echo of its input.
# Rows: 14
import sys

sys.stdout.write(sys.stdin.read())
