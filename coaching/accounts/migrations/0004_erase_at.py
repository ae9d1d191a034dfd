from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_api_tokens")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="erase_at",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="to be erased"
            ),
        ),
        migrations.AddIndex(
            model_name="user",
            index=models.Index(
                condition=models.Q(("erase_at__isnull", False)),
                fields=["erase_at"],
                name="accounts_erase",
            ),
        ),
    ]
