# Asyncio.
import asyncio


async def g(x):
    await asyncio.sleep(0.001)
    return x * 7919


def f(x):
    return asyncio.run(g(x)) + 13
