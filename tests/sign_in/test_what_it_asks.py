"""What a sign-in takes of the database, each statement with its reason."""

import re
from collections import Counter

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Organization
from tests.conftest import PASSWORD

NEEDED = {
    (
        "SELECT",
        "accounts_user",
    ): 2,  # by the address typed; then under the lock, as the account is then
    ("SELECT", "accounts_knownnetwork"): 1,  # before the password: who waits how long for its hash
    ("SELECT", "accounts_organization"): 1,  # under the lock: whether it still accepts the address
    ("INSERT", "accounts_session"): 1,
    ("DELETE", "accounts_session"): 1,  # the oldest beyond the most that one may have
    ("UPDATE", "accounts_knownnetwork"): 1,
    ("UPDATE", "accounts_user"): 1,  # when it was
    ("INSERT", "accounts_auditevent"): 1,
}


def test_it_asks_for_nothing_twice(client, max):
    Organization.objects.create(name="Northwind")
    fields = {"email": max.email, "password": PASSWORD}
    client.post("/sign-in/", fields)
    client.cookies.clear()
    with CaptureQueriesContext(connection) as queries:
        assert client.post("/sign-in/", fields).status_code == 302
    asked = Counter()
    for query in queries:
        table = re.search(r'"(accounts_\w+)"', query["sql"])
        if table and table[1] != "accounts_counter":  # tries are counted by the cache
            asked[query["sql"].split()[0], table[1]] += 1
    assert asked == NEEDED
