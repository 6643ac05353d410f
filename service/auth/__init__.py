"""Who asks, and what may they do and see: keys, passwords, sessions, scopes, row filters."""
