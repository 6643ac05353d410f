"""History: what an office's own export says about the complaints that it has handled.

No text and no reporter is read, and nothing of it ever lies in a tray: it is there for reports.
"""
