"""Reads a trace and says what it means: names, waits, steps in words."""
