"""The demo: a small model learns to write Python functions on two CPU cores (``make demo``)."""
