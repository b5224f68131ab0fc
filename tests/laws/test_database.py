"""Constraints speak to people, and the migrations are complete."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import BaseConstraint
from django.db.models.constraints import UniqueConstraint
from django.utils.functional import Promise

pytestmark = pytest.mark.once
ROOMS = ["portal", "partnerships", "beneficiaries", "activities", "roof"]


def constraints():
    """Yield (model, constraint) for every rule that the database keeps."""
    for room in ROOMS:
        for model in apps.get_app_config(room).get_models():
            for constraint in model._meta.constraints:
                yield model, constraint


@pytest.mark.parametrize(("model", "constraint"), [pytest.param(*pair, id=pair[1].name) for pair in constraints()])
def test_constraint_says_in_words_what_is_wrong(model, constraint):
    message = constraint.violation_error_message
    assert message != BaseConstraint.default_violation_error_message, "It needs a sentence of its own."
    assert isinstance(message, Promise), "The sentence is translated when it is shown."
    if isinstance(constraint, UniqueConstraint) or constraint.violation_error_code:
        names = {field.name for field in model._meta.get_fields()}
        assert constraint.violation_error_code in names, "Its code names the field beside which a form shows it."


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)
