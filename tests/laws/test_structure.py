"""Rooms, sizes and names."""

import ast

import pytest
from django.apps import apps

from tests.laws.tree import ROOT, name_of, own_files

pytestmark = pytest.mark.once
ROOMS = ["portal", "partnerships", "beneficiaries", "activities", "roof"]  # by app label, from the ground up
TOP = {
    *("portal", "partnerships", "activities", "beneficiaries", "templates", "static", "fixtures", "tests"),
    *("manage.py", "pyproject.toml", "README.md", "Makefile", "requirements.lock"),
    *(".ci", ".gitignore", ".env.example", "LICENSE"),
}
MAX_FILE, MAX_FUNCTION = 400, 40


def test_foreign_keys_point_down():
    upward = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for room in ROOMS
        for model in apps.get_app_config(room).get_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model._meta.app_label in ROOMS
        if ROOMS.index(field.related_model._meta.app_label) > ROOMS.index(room)
    ]
    assert not upward


def test_files_stay_short():
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in own_files(".py", ".html", ".css", ".js")}
    assert not {name: length for name, length in lengths.items() if length >= MAX_FILE}


def test_functions_stay_short():
    long = [
        f"{name_of(path)}:{node.lineno} {node.name}: {length} lines"
        for path in own_files(".py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) >= MAX_FUNCTION
    ]
    assert not long


def test_only_the_agreed_folders_stand_at_the_top():
    assert {path.relative_to(ROOT).parts[0] for path in own_files("")} <= TOP


def test_every_module_is_named_after_its_subject():
    assert not [name_of(path) for path in own_files(".py") if path.name in {"utils.py", "helpers.py", "misc.py"}]


def test_no_row_writes_another_behind_its_back():
    """No signals and no `save()` overrides: verbs stand in services."""
    rooms = [path for path in own_files(".py") if path.relative_to(ROOT).parts[0] in {*ROOMS, "portal"}]
    offenders = [
        name_of(path)
        for path in rooms
        if "django.db.models.signals" in path.read_text()
        or ("/models" in name_of(path) and "def save(" in path.read_text())
    ]
    assert not offenders


def test_translation_goes_by_the_names_that_the_catalogue_reads():
    """`make messages` finds `_` and Django's own names; a call by any other name is never translated."""
    hidden = [
        f"{name_of(path)}:{node.lineno} {alias.name} as {alias.asname}"
        for path in own_files(".py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if "gettext" in alias.name and alias.asname not in {None, "_"}
    ]
    assert not hidden
