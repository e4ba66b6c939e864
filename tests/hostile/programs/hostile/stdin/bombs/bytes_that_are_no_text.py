# Bytes that are no text, NUL and lone surrogates among them.
# Rows: 10, 3
import os, sys

os.write(1, bytes(range(256)) + b"\xed\xa0\x80\xff\x00384950522\x00")
sys.stdout.write("\ud800\n")
