"""What saving and loading cost, side by side with the same done by hand: ``python -m benchmarks``.

A figure is a ratio of two times that were measured alternately in one run, so that a slow or busy machine slows both.
"""
