"""Django's PostgreSQL, for a database that may go away at any time (ENGINE in settings.py)."""
