"""Five ways in which programs are usually graded, each run in a box of its own; they know nothing of this library.

A grader reads ``{"source", "inputs", "expected"}`` from stdin.  Those that decide themselves write ``1`` to the descriptor that
their argument names when they pay.  They close it in the process that runs the program: a real grader's decision is not the
program's to write.
"""
