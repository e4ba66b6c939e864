"""Benchmarks, one folder each: ``python -m benchmarks.NAME`` prints a table and writes ``benchmarks/results/NAME.json``.

A folder keeps what is run apart from how it is scored, runs with its defaults when it is given no argument, and compares within
one run (a ratio of two medians taken in turns), since absolute times say more about a machine than about the code.
"""
