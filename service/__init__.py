"""The outside: command line, HTTP, files and the store.

``service.scoring`` is the one place where the classifier and the rules meet.
"""
