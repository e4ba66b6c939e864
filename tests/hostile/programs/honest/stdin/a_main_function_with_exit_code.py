# A main function behind a guard that exits with code 0.
import sys

sys.setrecursionlimit(10**6)


def main() -> int:
    for line in sys.stdin:
        print(int(line) * 7919 + 13)
    return 0


if __name__ == "__main__":
    sys.exit(main())
