"""How much bad data the gates stop, and how much good data they hold up (`make gate-score`).

Belongs here: the catalogue of faults, how each is put into data, clean days, the runner that puts
both through the real gates, and the score. The rules themselves are in `expectations/`.
"""
