from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partnerships", "0007_rule_effects"),
    ]

    operations = [
        migrations.AddField(
            model_name="fundingsource",
            name="voucher_order",
            field=models.CharField(
                choices=[
                    ("heading", "cost heading, then date"),
                    ("date", "date"),
                    ("activity", "activity, then date"),
                    ("number", "number of the voucher"),
                ],
                default="heading",
                max_length=8,
                verbose_name="order of the voucher list",
            ),
        ),
    ]
