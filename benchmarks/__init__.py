"""Ratios of our work to a floor that is measured in the same run: `make bench`.

Belongs here: what a speed or memory promise of the docs rests on. Not here: tests; a slow machine
fails no benchmark.
"""
