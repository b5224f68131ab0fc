"""Say no more on which floor of the house for women the family-planning centre is to come.

The house is a place that must not be found, and the text was public. Only what still stands as it was loaded is
changed; what people rewrote stays theirs.
"""

from django.db import migrations

ACTIVITY = "belfaa-family-planning"
CENTRE = {
    "nl": (
        "Het centrum komt op de benedenverdieping van het huis voor vrouwen.",
        "Er komt een centrum voor gezinsplanning.",
    ),
    "fr": (
        "Le centre s’installera au rez-de-chaussée de la maison pour femmes.",
        "Un centre de planning familial va voir le jour.",
    ),
    "en": (
        "The centre is to come on the ground floor of the house for women.",
        "A family-planning centre is to come.",
    ),
    "ar": (
        "سيُقام المركز في الطابق الأرضي لدار النساء.",
        "سيُحدث مركز لتنظيم الأسرة.",
    ),
}
DELAY = {
    "nl": (
        "Het centrum moet op de benedenverdieping van het huis voor vrouwen komen en laat op zich wachten.",
        "Het centrum moet er nog komen en laat op zich wachten.",
    ),
    "fr": (
        "Le centre doit s’installer au rez-de-chaussée de la maison pour femmes et se fait attendre.",
        "Le centre doit encore voir le jour et se fait attendre.",
    ),
    "en": (
        "The centre is to come on the ground floor of the house for women and keeps everybody waiting.",
        "The centre is still to come and keeps everybody waiting.",
    ),
    "ar": (
        "من المقرر أن يقام المركز في الطابق الأرضي لدار النساء، وما زال انتظاره يطول.",
        "لم يُحدث المركز بعد، وما زال انتظاره يطول.",
    ),
}
# Model, the way to the activity, the text, and what it says and is to say by language.
TEXTS = [
    ("Activity", "slug", "summary", CENTRE),
    ("PublicText", "activity__slug", "text", CENTRE),
    ("Delay", "activity__slug", "reason", DELAY),
]


def say_less(apps, schema_editor):
    """Change the texts that nobody changed, each with its entry in the trail."""
    trail = apps.get_model("portal", "AuditEntry").objects
    for model, way, column, said in TEXTS:
        rows = apps.get_model("activities", model).objects
        for row in rows.filter(**{way: ACTIVITY}):
            changes = {}
            for code, (before, after) in said.items():
                # The column without a language holds the portal's own, Dutch.
                for name in [f"{column}_{code}", *([column] if code == "nl" else [])]:
                    if rows.filter(pk=row.pk, **{name: before}).update(**{name: after}):
                        changes[name] = [before, after]
            if not changes:
                continue
            if hasattr(row, "version"):
                rows.filter(pk=row.pk).update(version=row.version + 1)
            trail.create(
                verb="update",
                target_type=f"activities.{model.lower()}",
                target_id=row.pk,
                target_text=ACTIVITY,
                changes=changes,
                reason="Reference data: a place that must not be found",
            )


class Migration(migrations.Migration):
    """Correct the reference data of databases that hold it already."""

    dependencies = [
        ("activities", "0021_different_people"),
        ("portal", "0008_overview_choices"),
    ]

    operations = [migrations.RunPython(say_less, migrations.RunPython.noop)]
