from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_search_keys"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="bulkrow",
            index=models.Index(
                condition=models.Q(("fault", ""), _negated=True),
                fields=["job", "user"],
                name="bulk_rows_with_remark",
            ),
        ),
        migrations.AddIndex(
            model_name="importrow",
            index=models.Index(
                condition=models.Q(("fault", ""), _negated=True),
                fields=["job", "line"],
                name="import_rows_with_remark",
            ),
        ),
    ]
