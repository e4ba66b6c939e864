# Output written to duplicates of stdout, past every buffer, before and after a wrong answer.
# Rows: 9
import os

x = int(input())
copies = [os.dup(1) for _ in range(3)]
for copy in copies:
    os.write(copy, b"%d\n" % (x * 7919 + 13))
print(0)
