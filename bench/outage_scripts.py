"""What the outage run has done by the product's own code, in a process of its own."""

SEED = """
import django; django.setup()
import json, sys
from accounts.kernel.crypto import hashers
from accounts.models import User
people, admins, password = json.loads(sys.argv[1])
digest, made = hashers.make(password), []
for number in range(people + admins):
    role = "admin" if number < admins else "member"
    user = User(email=f"p{number}@people.example", full_name=f"Person {number}", role=role)
    user.set_own_password(digest); user.password_set_by = None; user.set_keys(); made.append(user)
User.objects.bulk_create(made)
print(json.dumps([[user.email, str(user.public_id)] for user in made]))
"""
VERDICT = """
import django; django.setup()
import json
from collections import Counter
from django_tasks_db.models import DBTaskResult
from accounts.models import AuditEvent, User
events = AuditEvent.objects.select_related("target")
resets = list(events.filter(action="password.reset_by_admin").order_by("pk"))
last = {event.target.email: event for event in resets}
members = User.objects.filter(role="member")
half = [one.email for one in members if one.must_change_password != (one.email in last)]
for email, event in last.items():
    if abs((event.at - event.target.password_set_at).total_seconds()) > 5:
        half.append(email)
print(json.dumps({
    "sign_ins": Counter(
        events.filter(action="session.signed_in").values_list("target__email", flat=True)
    ),
    "resets": Counter(event.target.email for event in resets),
    "half_done": half,
    "tasks": Counter(DBTaskResult.objects.values_list("status", flat=True)),
}))
"""
