"""The life of a complaint, from the machine's proposal until it is closed.

Pure: one table of statuses and actions, and the step from one case to the next. No SQL, no HTTP.
"""
