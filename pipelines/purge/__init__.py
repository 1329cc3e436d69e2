"""What an instance keeps no longer than it must: data past their retention, old builds, runs, logs.

Belongs here: the job and the command, and what is too old of what runs leave behind. Does not
belong here: which landed rows are too old (assets/privacy/retention).
"""
