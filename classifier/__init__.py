"""Turn the text of a complaint into calibrated probabilities.

Knows no agency, no regulation, no web and no database.
"""
