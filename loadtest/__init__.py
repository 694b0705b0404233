"""Benchmarks: `python -m loadtest` (or `make bench`) runs them and prints one table.

Each benchmark compares with something in the same run, since the machine's speed drifts; none is a test.
docs/benchmarks.md says what each figure means.
"""
