"""How well customer value was predicted in the past, and which candidate predicts it now.

Rolling splits of the purchase days; every candidate learns from what came before a cut and is
judged by what came after it, beside naive rules.
"""
