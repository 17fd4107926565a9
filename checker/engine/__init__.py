"""The judge's side of the processes: starting them, talking with them, killing them, one schedule at a time."""
