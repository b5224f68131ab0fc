"""Tell budget lines of two headings apart where a form is checked."""

import django.db.models.functions.comparison
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    """Name fields, not columns, in the rule that a budget line is there once."""

    dependencies = [
        ("activities", "0007_money"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="budgetline",
            name="activities_budget_once",
        ),
        migrations.AddConstraint(
            model_name="budgetline",
            constraint=models.UniqueConstraint(
                models.F("programme"),
                models.F("year"),
                models.F("source"),
                django.db.models.functions.comparison.Coalesce(
                    "heading", models.Value(0, output_field=models.BigIntegerField())
                ),
                django.db.models.functions.comparison.Coalesce(
                    "outcome", models.Value(0, output_field=models.BigIntegerField())
                ),
                django.db.models.functions.comparison.Coalesce(
                    "activity", models.Value(0, output_field=models.BigIntegerField())
                ),
                django.db.models.functions.text.Lower("description"),
                name="activities_budget_once",
                violation_error_code="description",
                violation_error_message="This budget line is there already: amend it, or say what sets this one apart.",
            ),
        ),
    ]
