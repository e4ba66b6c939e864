"""Verifiers: pure comparison of values and judging of tests, on the trusted side."""
