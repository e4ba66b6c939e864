# sys.stdin.buffer and sys.stdout.buffer.
import sys

data = sys.stdin.buffer.readline()
sys.stdout.buffer.write(b"%d\n" % (int(data) * 7919 + 13))
sys.stdout.flush()
