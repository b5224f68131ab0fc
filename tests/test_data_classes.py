"""Every field of every model is in one class of personal data, and the table names none that is gone."""

import pytest
from django.apps import apps
from django.conf import settings

from activities.models import Photo
from beneficiaries.models import ConfidentialNote, Learner
from beneficiaries.models.notes import ConfidentialNoteQuerySet
from beneficiaries.models.scoped import PersonalQuerySet
from partnerships.models import Place
from portal.ground.models import User
from portal.roof.data_classes import (
    CLASSES,
    CONFIDENTIAL,
    EVERYWHERE,
    NONE,
    OF_ONE_PERSON,
    PERSONAL,
    SPECIAL,
    base_name,
    class_of,
    fields_of,
)


@pytest.mark.parametrize("model", apps.get_models(), ids=lambda model: model._meta.label)
def test_each_field_has_one_class(model):
    listed = [name for names in CLASSES.get(model._meta.label, {}).values() for name in names.split()]
    assert [field.name for field in fields_of(model) if class_of(field) is None] == []
    assert sorted(set(listed)) == sorted(listed)
    assert set(listed) <= {base_name(field) for field in fields_of(model)}


def test_the_table_names_no_model_and_no_class_that_is_gone():
    assert set(CLASSES) <= {model._meta.label for model in apps.get_models()}
    assert {kind for of in CLASSES.values() for kind in of} <= {NONE, PERSONAL, SPECIAL, CONFIDENTIAL}
    names = {base_name(field) for model in apps.get_models() for field in fields_of(model)}
    assert set(EVERYWHERE) <= names


def test_which_models_are_about_one_person_follows_from_who_may_read_them():
    """There a harmless name is none: who was enrolled where tells of somebody."""
    personal = {
        model._meta.label
        for model in apps.get_models()
        if isinstance(model._default_manager.all(), PersonalQuerySet | ConfidentialNoteQuerySet)
    }
    assert personal == OF_ONE_PERSON
    for label in personal:
        for field in fields_of(apps.get_model(label)):
            if field.related_model is not None and field.related_model is not User:
                assert class_of(field) in {SPECIAL, CONFIDENTIAL}, field


def test_every_link_to_an_account_is_personal():
    for model in apps.get_models():
        for field in fields_of(model):
            if field.related_model is User and model._meta.label in CLASSES:
                assert class_of(field) in {PERSONAL, SPECIAL}, field


@pytest.mark.parametrize(
    ("model", "name", "kind"),
    [
        (Learner, "code", SPECIAL),
        (Photo, "thumbnail", SPECIAL),
        (ConfidentialNote, "sealed", CONFIDENTIAL),
        (Place, "address", CONFIDENTIAL),
        (Place, f"name_{settings.LANGUAGES[0][0]}", CONFIDENTIAL),
        (User, "email", PERSONAL),
        (Place, "municipality", NONE),
    ],
)
def test_what_is_known_of_people_is_classified_as_such(model, name, kind):
    assert class_of(model._meta.get_field(name)) == kind
