"""Why two records are one customer, or why they are not, from the tables of a build.

Belongs here: reading links, vetoes, keys and their history, and saying them in plain words.
Does not belong here: deciding anything; link/ and cluster/ decide, this only reports.
"""
