import pytest


@pytest.fixture(autouse=True)
def database(db):
    """Every page asks the database for the organization's settings."""
