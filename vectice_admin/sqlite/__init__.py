"""Django's backend for SQLite, but for who may read the file."""
