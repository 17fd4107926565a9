"""Decides, explains and replays the interleavings of `multiprocessing` programs."""

__version__ = "0.1.0"
