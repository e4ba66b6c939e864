# Output of another interpreter in the same process.
# Rows: 9
for name in ("_interpreters", "_xxsubinterpreters"):
    try:
        interpreters = __import__(name)
    except ImportError:
        continue
    made = interpreters.create()
    interpreters.run_string(made, "import os; os.write(1, b'384950522'); import atexit; atexit.register(os.write, 1, b'1')")
    break
print(0)
