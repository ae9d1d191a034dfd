from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="usage",
            name="kind",
            field=models.CharField(
                choices=[
                    ("storage", "Storage (bytes)"),
                    ("analysis", "Analysed seconds"),
                    ("again", "Analyses started again"),
                ],
                max_length=12,
                verbose_name="kind",
            ),
        ),
    ]
