"""A rule that named the side on which work is paid is, from now on, of that kind."""

from django.db import migrations


def name_the_kind(apps, _schema_editor):
    rules = apps.get_model("partnerships", "FundingRule").objects.exclude(side_allowed="")
    rules.filter(kind="note").update(kind="side")


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0005_money")]
    operations = [migrations.RunPython(name_the_kind, migrations.RunPython.noop, elidable=True)]
