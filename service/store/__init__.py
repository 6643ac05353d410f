"""Where dispositions are kept: append-only, masked, on SQLite or PostgreSQL.

The only place that imports SQLAlchemy.
"""
