"""The bottom layer: settings, keys, builds, resources, partitions. Imports nothing else of ours.

The only place that may read the wall clock or the environment.
"""
