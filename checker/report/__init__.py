"""Pure functions from a result to what a person or a program reads."""
