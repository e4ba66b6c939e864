# Another program in its place, and a shell that says yes.
# Rows: 1
import os

for command in (["/bin/true"], ["/bin/sh", "-c", "exit 0"], ["/usr/bin/yes"]):
    try:
        os.execv(command[0], command)
    except OSError:
        pass
print("refused")
