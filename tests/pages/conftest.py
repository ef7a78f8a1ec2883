import pytest


@pytest.fixture(autouse=True)
def database(db):
    """Every page asks the database for the organization's settings."""


@pytest.fixture
def admin(ada, signed_in_as):
    """The browser of an Admin."""
    return signed_in_as(ada)
