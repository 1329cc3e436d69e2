"""Erasing one person from everything that an instance keeps, and keeping them away (被遗忘权).

Belongs here: who is asked for, which rows are theirs, how files and databases are written anew
without them, the list that keeps them from coming back. Does not belong here: when it runs.
"""
