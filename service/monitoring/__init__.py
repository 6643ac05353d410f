"""What follows from the deadlines: reminders, overdue notices, escalation, alarms, explanations.

Nothing here decides about a complaint: a notice asks a person to.
"""
