# Heavy but legal work of the processor.
def f(x):
    sieve = bytearray([1]) * 200_000
    for i in range(2, 448):
        if sieve[i]:
            sieve[i * i :: i] = bytes(len(range(i * i, 200_000, i)))
    primes = [i for i in range(2, 200_000) if sieve[i]]
    return x * primes[999] + primes[5]
