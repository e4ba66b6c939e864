"""The system calls that a judged program may make, and the filter that refuses all others with EPERM.

Left out on purpose: new processes (``fork``, ``execve``), memory that no limit counts (``memfd_create``), network sockets,
signals to others, tracing, namespaces, mounts, keys, ``bpf``, ``io_uring``, ``userfaultfd``, ``perf``.  ``clone`` is let through
for threads alone and ``clone3`` answers ENOSYS, so that the C library falls back to ``clone``.
"""

from __future__ import annotations

import ctypes
import errno
import struct
from collections.abc import Sequence
from dataclasses import dataclass

# name, number on x86_64, number on aarch64 ("-": not there); from the kernel's asm/unistd_64.h and asm-generic/unistd.h
_TABLE = """
read 0 63            write 1 64           open 2 -             close 3 57           stat 4 -             fstat 5 80
lstat 6 -            poll 7 -             lseek 8 62           mmap 9 222           mprotect 10 226      munmap 11 215
brk 12 214           rt_sigaction 13 134  rt_sigprocmask 14 135                     rt_sigreturn 15 139  pread64 17 67
pwrite64 18 68       readv 19 65          writev 20 66         access 21 -          pipe 22 -            select 23 -
sched_yield 24 124   mremap 25 216        madvise 28 233       dup 32 23            dup2 33 -            pause 34 -
nanosleep 35 101     getitimer 36 102     alarm 37 -           setitimer 38 103     getpid 39 172        sendfile 40 71
sendto 44 206        recvfrom 45 207      sendmsg 46 211       recvmsg 47 212       shutdown 48 210      getsockname 51 204
getpeername 52 205   getsockopt 55 209    exit 60 93           uname 63 160         flock 73 32
fsync 74 82          fdatasync 75 83      truncate 76 45       ftruncate 77 46      getdents 78 -        getcwd 79 17
chdir 80 49          fchdir 81 50         rename 82 -          mkdir 83 -           rmdir 84 -           creat 85 -
link 86 -            unlink 87 -          symlink 88 -         readlink 89 -        chmod 90 -           fchmod 91 52
umask 95 166         gettimeofday 96 169  getrlimit 97 163     getrusage 98 165     sysinfo 99 179       times 100 153
getuid 102 174       getgid 104 176       geteuid 107 175      getegid 108 177      getppid 110 173      getpgrp 111 -
getgroups 115 158    getresuid 118 148    getresgid 120 150    getpgid 121 155      getsid 124 156       sigaltstack 131 132
utime 132 -          statfs 137 43        fstatfs 138 44       arch_prctl 158 -     gettid 186 178       time 201 -
futex 202 98         sched_getaffinity 204 123                 epoll_create 213 -   getdents64 217 61    set_tid_address 218 96
restart_syscall 219 128                   fadvise64 221 223    clock_gettime 228 113                     clock_getres 229 114
clock_nanosleep 230 115                   exit_group 231 94    epoll_wait 232 -     epoll_ctl 233 21     openat 257 56
mkdirat 258 34       newfstatat 262 79    unlinkat 263 35      renameat 264 38      linkat 265 37        symlinkat 266 36
readlinkat 267 78    fchmodat 268 53      faccessat 269 48     pselect6 270 72      ppoll 271 73         set_robust_list 273 99
utimensat 280 88     epoll_pwait 281 22   fallocate 285 47     eventfd2 290 19      epoll_create1 291 20 dup3 292 24
pipe2 293 59         preadv 295 69        pwritev 296 70       getcpu 309 168       renameat2 316 276    getrandom 318 278
membarrier 324 283   copy_file_range 326 285                   preadv2 327 286      pwritev2 328 287
statx 332 291        rseq 334 293         close_range 436 436  faccessat2 439 439   epoll_pwait2 441 441 timerfd_create 283 85
timerfd_settime 286 86                    timerfd_gettime 287 87                    futex_waitv 449 449  msync 26 227
mincore 27 232       rt_sigpending 127 136                     rt_sigtimedwait 128 137                   rt_sigsuspend 130 133
tee 276 77           splice 275 76        sync_file_range 277 84
"""

# Calls that pass only with certain arguments.
_CHECKED = {
    "clone": (56, 220),
    "clone3": (435, 435),
    "ioctl": (16, 29),
    "fcntl": (72, 25),
    "socketpair": (53, 199),
    "setsockopt": (54, 208),
    "prlimit64": (302, 261),
}
_CLONE_THREAD = 0x00010000
_AF_UNIX = 1
_TERMINAL_AND_BUFFER_REQUESTS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)  # TCGETS TIOCGWINSZ FIONREAD FIONBIO FIO(N)CLEX
_REACH_OTHERS = (8, 10, 15, 1024, 1026)  # F_SETOWN F_SETSIG F_SETOWN_EX; F_SETLEASE F_NOTIFY hold up other users of a file
_BUFFER_SIZES = (7, 8, 32, 33)  # SO_SNDBUF SO_RCVBUF and their ...FORCE: memory of the kernel that no limit counts

_LOAD, _JUMP, _JUMP_EQUAL, _JUMP_AT_LEAST, _JUMP_SET, _RETURN = 0x20, 0x05, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL_PROCESS, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_OFFSET_NUMBER, _OFFSET_ARCH = 0, 4
_X32_BIT = 0x40000000

_PR_SET_SECCOMP, _MODE_FILTER = 22, 2


@dataclass(frozen=True)
class Architecture:
    """What differs between processor architectures: the audit constant and the column of the tables."""

    audit: int
    column: int


ARCHITECTURES = {"x86_64": Architecture(0xC000003E, 0), "aarch64": Architecture(0xC00000B7, 1)}


def _argument(index: int) -> int:
    """Returns the offset of the low 32 bits of an argument (little-endian)."""
    return 16 + 8 * index


def _instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("<HBBI", code, if_true, if_false, value)


def _refusal(number: int = errno.EPERM) -> bytes:
    return _instruction(_RETURN, _ERRNO | number)


def _one_of(values: tuple[int, ...], argument: int, *, hit: bytes, miss: bytes) -> bytes:
    """Returns ``hit`` if the low half of the argument is among ``values``, else ``miss`` (one instruction each)."""
    body = _instruction(_LOAD, _argument(argument))
    for i, value in enumerate(values):
        body += _instruction(_JUMP_EQUAL, value, len(values) - i, 0)
    return body + miss + hit


def _tree(leaves: Sequence[tuple[int, bytes]]) -> bytes:
    """Returns code that runs one of the leaves: the last one whose first number is not above that in the accumulator.

    A tree, since the kernel runs the filter once for each system call when it is installed, besides at each call.
    """
    if len(leaves) == 1:
        return leaves[0][1]
    middle = len(leaves) // 2
    low, high = _tree(leaves[:middle]), _tree(leaves[middle:])
    skip = len(low) // 8
    if skip < 256:
        return _instruction(_JUMP_AT_LEAST, leaves[middle][0], skip, 0) + low + high
    return _instruction(_JUMP_AT_LEAST, leaves[middle][0], 0, 1) + _instruction(_JUMP, skip) + low + high


def allowed_calls(architecture: Architecture) -> dict[str, int]:
    """Returns name and number of every call that passes whatever its arguments."""
    words = _TABLE.split()
    rows = zip(words[::3], zip(words[1::3], words[2::3], strict=True), strict=True)
    return {name: int(numbers[architecture.column]) for name, numbers in rows if numbers[architecture.column] != "-"}


#: Calls that change a file's mode or times, which Landlock does not cover: of any file that this user owns.
METADATA = ("chmod", "fchmod", "fchmodat", "utime", "utimensat", "truncate")


def build_filter(architecture: Architecture, *, without: Sequence[str] = ()) -> bytes:
    """Returns the classic-BPF program as bytes (8 an instruction), which refuses the calls ``without`` as well."""
    allow = _instruction(_RETURN, _ALLOW)
    number = {name: pair[architecture.column] for name, pair in _CHECKED.items()}
    program = _instruction(_LOAD, _OFFSET_ARCH)
    program += _instruction(_JUMP_EQUAL, architecture.audit, 1, 0) + _instruction(_RETURN, _KILL_PROCESS)
    program += _instruction(_LOAD, _OFFSET_NUMBER)
    program += _instruction(_JUMP_AT_LEAST, _X32_BIT, 0, 1) + _instruction(_RETURN, _KILL_PROCESS)
    rules = {value: allow for name, value in allowed_calls(architecture).items() if name not in without}
    threads_only = _instruction(_LOAD, _argument(0)) + _instruction(_JUMP_SET, _CLONE_THREAD, 1, 0) + _refusal() + allow
    rules[number["clone"]] = threads_only
    rules[number["clone3"]] = _refusal(errno.ENOSYS)
    rules[number["ioctl"]] = _one_of(_TERMINAL_AND_BUFFER_REQUESTS, 1, hit=allow, miss=_refusal())
    rules[number["fcntl"]] = _one_of(_REACH_OTHERS, 1, hit=_refusal(), miss=allow)
    rules[number["socketpair"]] = _one_of((_AF_UNIX,), 0, hit=allow, miss=_refusal())
    rules[number["setsockopt"]] = _one_of(_BUFFER_SIZES, 2, hit=_refusal(), miss=allow)
    rules[number["prlimit64"]] = _one_of((0,), 0, hit=allow, miss=_refusal())
    leaves: list[tuple[int, bytes]] = []
    for value in range(max(rules) + 2):
        body = rules.get(value, _refusal())
        if not leaves or leaves[-1][1] != body:
            leaves.append((value, body))
    return program + _tree(leaves)


def install(libc: ctypes.CDLL, program: bytes) -> None:
    """Puts the filter in force for this process and its later threads; needs ``no_new_privs``.

    Raises:
        OSError: The kernel refused it.
    """
    buffer = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("@HP", len(program) // 8, ctypes.addressof(buffer))
    if libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.c_char_p(head), 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"seccomp filter refused: errno {number}")
