"""
The figures that are counted ahead go by the name of what they are.

Their table keeps its name, under which the version before goes on counting.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0027_who_came_how_to_what")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameModel("KeptFigure", "CachedCount"),
                migrations.AlterModelTable("CachedCount", "accounts_keptfigure"),
            ]
        )
    ]
