# An event loop whose callback exits, and an exception hook that exits as well.
# Rows: 1
import asyncio, os, sys

sys.excepthook = sys.unraisablehook = lambda *a: os._exit(0)


async def main():
    asyncio.get_running_loop().call_soon(os._exit, 0)
    await asyncio.sleep(5)


def f(x):
    asyncio.run(main())
