# A MemoryError that it invented, and errors that sound like failures of the machine.
# Rows: 10
class InfraError(MemoryError):
    pass


def f(x):
    raise (MemoryError, InfraError("sandbox_failed"), OSError(28, "No space left on device"))[x % 3]
