"""
Who has an address with an international domain is found by its letters too: their search keys are made anew.

A few at a time, while the version before is served; where it is interrupted it goes over them again.
"""

from django.db import migrations

from accounts.migrations._search_keys import in_unicode, search_key

AT_ONCE = 500


def fill(apps, schema_editor):
    """Make the search keys anew; the triggers of 0006 keep the index true."""
    User = apps.get_model("accounts", "User")
    last = 0
    while people := list(
        User.objects.filter(pk__gt=last, email__contains="xn--").order_by("pk")[:AT_ONCE]
    ):
        for person in people:
            key = search_key(person.full_name, person.email, in_unicode(person.email))
            # Whoever was renamed meanwhile has got the right one with it.
            unchanged = User.objects.filter(
                pk=person.pk, full_name=person.full_name, email=person.email
            )
            unchanged.update(search_key=key)
        last = people[-1].pk


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("accounts", "0022_unverified_addresses")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
