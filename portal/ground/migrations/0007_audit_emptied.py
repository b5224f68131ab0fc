"""Erasing: an audit entry can be emptied, once, of what it says of somebody; an account says that it was erased."""

from django.db import migrations, models

from portal.ground.constraints import AppendOnly, EmptiedOnly

BEFORE = AppendOnly(name="audit_append_only")
AFTER = EmptiedOnly(name="audit_append_only", mark="emptied_at", emptied=["target_text", "changes", "reason"])


def swap(old, new):
    """Return what puts the triggers of a rule in the place of another's: Django would write the long table anew."""

    def run(apps, schema_editor):
        model = apps.get_model("portal", "AuditEntry")
        old.remove_sql(model, schema_editor)
        new.create_sql(model, schema_editor)

    return run


class Migration(migrations.Migration):
    dependencies = [("portal", "0006_search")]

    operations = [
        migrations.AddField(
            "auditentry",
            "emptied_at",
            models.DateTimeField(blank=True, editable=False, null=True, verbose_name="emptied at"),
        ),
        migrations.AddField(
            "user",
            "erased_on",
            models.DateField(blank=True, editable=False, null=True, verbose_name="erased on"),
        ),
        migrations.AlterField(
            "auditentry",
            "verb",
            models.CharField(
                choices=[
                    ("create", "created"),
                    ("update", "changed"),
                    ("delete", "deleted"),
                    ("withdraw", "withdrawn"),
                    ("restore", "restored"),
                    ("transition", "moved to another status"),
                    ("lock", "locked"),
                    ("reopen", "reopened"),
                    ("import", "imported"),
                    ("export", "exported"),
                    ("read", "read"),
                    ("erase", "erased"),
                ],
                max_length=12,
                verbose_name="what happened",
            ),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(swap(BEFORE, AFTER), swap(AFTER, BEFORE))],
            state_operations=[
                migrations.RemoveConstraint("auditentry", "audit_append_only"),
                migrations.AddConstraint("auditentry", AFTER),
            ],
        ),
    ]
