"""How it runs: jobs, schedules, sensors, the code location and the run command.

Belongs here: wiring. Does not belong here: what an asset computes (assets/) or what must be true
of it (expectations/).
"""
