# Its own limits lowered to nothing, so that the kernel kills it as if somebody else had.
# Rows: 1, 10
import resource


def f(x):
    for kind in (resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE, resource.RLIMIT_AS, resource.RLIMIT_CPU):
        resource.setrlimit(kind, (0, 0))
    while True:
        pass
