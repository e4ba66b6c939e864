# Stdout closed and a file in its place; the reply pipe closed as well.
# Rows: 9, 10
import os

os.closerange(1, 64)
for i in range(5):
    os.open(f"f{i}", os.O_RDWR | os.O_CREAT)
print(0)
