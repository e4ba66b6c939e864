"""What runs inside the sandbox: standard library only, Python 3.10 or newer, imported there as ``rlvr_guest``.

The trusted side sends the source of these modules over the worker's stdin (see ``boot``), so every launcher starts the same
guest without mounting or copying a file.  ``codec`` and ``wire`` are used on both sides.  Nothing in here may import
``rlvr_envs``, and nothing in here is ever told an expected value of the program that it runs.
"""
