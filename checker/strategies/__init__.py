"""Which task runs next: one algorithm a file."""
