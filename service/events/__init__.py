"""Tell other systems what happened: an outbox, signed CloudEvents, retries.

No event holds a complaint's words or anybody's identity: ids, codes, versions and days only.
"""
