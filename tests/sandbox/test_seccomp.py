"""The system call filter, run by a small interpreter of classic BPF."""

from __future__ import annotations

import errno
import struct

import pytest

from rlvr_envs.sandbox.guest.seccomp import ARCHITECTURES, Architecture, allowed_calls, build_filter

ALLOW, KILL, REFUSE, NO_SUCH = 0x7FFF0000, 0x80000000, 0x50000 | errno.EPERM, 0x50000 | errno.ENOSYS


def run_filter(program: bytes, *, arch: int, number: int, arguments: tuple[int, ...] = ()) -> int:
    """Returns what the kernel would do."""
    data = struct.pack("<IIQ6Q", number, arch, 0, *arguments, *([0] * (6 - len(arguments))))
    accumulator = place = 0
    while True:
        code, if_true, if_false, value = struct.unpack_from("<HBBI", program, 8 * place)
        place += 1
        if code == 0x20:
            accumulator = struct.unpack_from("<I", data, value)[0]
        elif code == 0x06:
            return int(value)
        elif code == 0x05:
            place += value
        else:
            holds = {0x15: accumulator == value, 0x35: accumulator >= value, 0x45: bool(accumulator & value)}[code]
            place += if_true if holds else if_false


@pytest.fixture(params=ARCHITECTURES)
def architecture(request: pytest.FixtureRequest) -> Architecture:
    return ARCHITECTURES[request.param]


def test_exactly_the_listed_calls_pass_whatever_their_arguments(architecture: Architecture) -> None:
    program = build_filter(architecture)
    passing = {n for n in range(600) if run_filter(program, arch=architecture.audit, number=n) == ALLOW}
    listed = set(allowed_calls(architecture).values())
    fcntl, prlimit, setsockopt = ((72, 302, 54), (25, 261, 208))[architecture.column]
    assert passing == listed | {fcntl, prlimit, setsockopt}  # these pass with arguments of zero


def test_another_architecture_and_x32_calls_are_killed(architecture: Architecture) -> None:
    program = build_filter(architecture)
    assert run_filter(program, arch=0x40000003, number=0) == KILL
    assert run_filter(program, arch=architecture.audit, number=0x40000000) == KILL


def test_clone_passes_for_threads_alone_and_clone3_does_not_exist(architecture: Architecture) -> None:
    program = build_filter(architecture)
    clone = (56, 220)[architecture.column]
    assert run_filter(program, arch=architecture.audit, number=clone, arguments=(0x3D0F00,)) == ALLOW
    assert run_filter(program, arch=architecture.audit, number=clone, arguments=(17,)) == REFUSE
    assert run_filter(program, arch=architecture.audit, number=435) == NO_SUCH


@pytest.mark.parametrize(
    ("x86", "arm", "arguments"), [(41, 198, (2,)), (62, 129, (1, 9)), (59, 221, ()), (101, 117, ()), (57, 57, ())]
)
def test_sockets_signals_programs_and_tracing_are_refused(x86: int, arm: int, arguments: tuple[int, ...]) -> None:
    for column, number in enumerate((x86, arm)):
        architecture = list(ARCHITECTURES.values())[column]
        if (column, number) != (1, 57):  # close on aarch64, fork on x86_64
            assert run_filter(build_filter(architecture), arch=architecture.audit, number=number, arguments=arguments) == REFUSE


def test_the_buffers_of_sockets_keep_their_size(architecture: Architecture) -> None:
    program, setsockopt = build_filter(architecture), (54, 208)[architecture.column]
    outcomes = [run_filter(program, arch=architecture.audit, number=setsockopt, arguments=(3, 1, name)) for name in range(1, 40)]
    refused = {name for name, outcome in zip(range(1, 40), outcomes, strict=True) if outcome == REFUSE}
    assert refused == {7, 8, 32, 33}  # SO_SNDBUF, SO_RCVBUF, SO_SNDBUFFORCE, SO_RCVBUFFORCE


def test_socketpair_is_for_unix_sockets_and_prlimit_for_the_process_itself(architecture: Architecture) -> None:
    program = build_filter(architecture)
    pair, prlimit = ((53, 302), (199, 261))[architecture.column]
    outcomes = [run_filter(program, arch=architecture.audit, number=n, arguments=(a,)) for n in (pair, prlimit) for a in (0, 1)]
    assert outcomes == [REFUSE, ALLOW, ALLOW, REFUSE]
