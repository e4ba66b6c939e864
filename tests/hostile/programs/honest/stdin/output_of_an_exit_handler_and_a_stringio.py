# Output collected in a StringIO and written by an exit handler.
import atexit, contextlib, io

buffer = io.StringIO()
atexit.register(lambda: print(buffer.getvalue(), end=""))
with contextlib.redirect_stdout(buffer):
    print(int(input()) * 7919 + 13)
