from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0024_names_of_the_invited")]
    operations = [
        migrations.AddField(
            model_name="user", name="last_active_on", field=models.DateField(null=True)
        ),
    ]
