# A thread with a large stack, as recursive solutions use.
import sys, threading

sys.setrecursionlimit(10**5)
threading.stack_size(64 << 20)


def deep(n):
    return 0 if n == 0 else 1 + deep(n - 1)


def main():
    print(int(input()) * 7919 + deep(9000) - 8987)


thread = threading.Thread(target=main)
thread.start()
thread.join()
