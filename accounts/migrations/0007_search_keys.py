"""
Whom the version before stored gets a search key, and is said to be invited by whoever invited them.

A few at a time, while the version before is served; where it is interrupted it goes on from there.
"""

from django.db import migrations

from accounts.migrations._search_keys import fold, search_key

AT_ONCE = 2_000


def fill(apps, schema_editor):
    """Give who is there their search key, a few at a time; who joins meanwhile gets theirs from the worker."""
    User = apps.get_model("accounts", "User")
    while people := list(User.objects.filter(search_key="").order_by("pk")[:AT_ONCE]):
        for person in people:
            person.name_key = fold(person.full_name)[:300]
            person.search_key = search_key(person.full_name, person.email)
        User.objects.bulk_update(people, ("name_key", "search_key"), batch_size=500)


def remember_who_invited(apps, schema_editor):
    Invitation = apps.get_model("accounts", "Invitation")
    User = apps.get_model("accounts", "User")
    accepted = Invitation.objects.exclude(accepted_as=None).order_by("pk")
    for user_id, invited_by_id in accepted.values_list(
        "accepted_as_id", "invited_by_id"
    ).iterator():
        User.objects.filter(pk=user_id, invited_by=None).update(invited_by_id=invited_by_id)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("accounts", "0006_search_index")]
    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(remember_who_invited, migrations.RunPython.noop),
    ]
