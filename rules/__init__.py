"""Decide category, agency and deadline from declarative, dated, sourced rules.

Pure: no clock, no network, no database. What is true now comes in as an argument.
"""
