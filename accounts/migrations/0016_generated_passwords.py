"""
Which temporary passwords were generated, and the letters of the others; NULL for those that the version before gave.

Columns with a default would have SQLite make the table anew, without the triggers of the search index.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0015_personal_details_are_not_rewritten")]
    operations = [
        migrations.AddField("user", "generated_password_set_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "user", "temporary_password_letters", models.CharField(max_length=128, null=True)
        ),
    ]
