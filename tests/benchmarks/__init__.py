"""How fast the checker is, measured beside what the machine can do at best; run by `python -m tests.benchmarks`."""
