"""The reference data as a whole: loaded once, kept as people corrected it, complete in four languages."""

import importlib
import json
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from modeltranslation.fields import TranslationField

from activities.models import Activity, Delay, Expenditure, LogEntry, Participation, Photo, PublicText, Theme
from beneficiaries.models import AgeBand, TargetGroup
from partnerships.models import (
    Appointment,
    FundingRequest,
    FundingRule,
    Membership,
    Municipality,
    Organisation,
    Partnership,
    Place,
)
from portal.ground.audit import LOADED
from portal.ground.models import AuditEntry, User
from portal.roof.reference import FOLDER, load, read

pytestmark = pytest.mark.django_db
ROWS = [row for rows in read().values() for row in rows]
MODELS = list(read())
CODES = [code for code, _name in settings.LANGUAGES]
# Proper names and words that Dutch and French share.
SHARED = {"Impact", "Jette", "Belfaa", "Berkane", "Jette – Belfaa", "AMO l'Oranger", "Source d'Harmonie", "CBO"}
SHARED |= {"Entraide Nationale", "Jam'in Jette", "Migration", "Sport", "Handicap"}
LATIN_IN_ARABIC = {"CBO", "GIS/CIC", "WBI"}
NEVER_SHIPPED: list[type[models.Model]] = [Expenditure, LogEntry, Participation, Photo, Membership, User]


@pytest.fixture
def loaded() -> None:
    """Put the reference data into the database."""
    load()


def loaded_rows() -> Iterator[models.Model]:
    """Return every stored row of the kinds that the fixtures hold."""
    for model in MODELS:
        yield from model._default_manager.all()


def texts(row: models.Model) -> Iterator[tuple[str, dict[str, str | None]]]:
    """Return the translated fields of a row with their text by language."""
    translations: list[Any] = [field for field in row._meta.fields if isinstance(field, TranslationField)]
    for name in sorted({field.translated_field.name for field in translations}):
        yield name, {code: getattr(row, f"{name}_{code}") for code in CODES}


def run(*arguments: str) -> str:
    """Run the command and return what it prints."""
    out = StringIO()
    call_command("load_reference", *arguments, stdout=out)
    return out.getvalue().strip()


def test_every_row_is_created_with_its_history():
    assert run() == f"Reference data: {len(ROWS)} created, 0 updated, 0 left as they are."
    assert sum(1 for _row in loaded_rows()) == len(ROWS)
    for row in loaded_rows():
        entry = AuditEntry.objects.get(target_type=row._meta.label_lower, target_id=row.pk)
        assert (entry.verb, entry.actor, entry.target_text) == ("create", None, str(row))
        assert entry.reason == LOADED + ", ".join(row.natural_key())


def test_second_load_writes_nothing(loaded):
    for arguments in ([], ["--overwrite"]):
        with CaptureQueriesContext(connection) as queries:
            printed = run(*arguments)
        assert printed == f"Reference data: 0 created, 0 updated, {len(ROWS)} left as they are."
        assert not [query["sql"] for query in queries if re.match("INSERT|UPDATE|DELETE", query["sql"])]


def test_queries_grow_with_the_kinds_and_not_with_the_rows():
    with CaptureQueriesContext(connection) as queries:
        load()
    assert len(queries) <= 4 * len(MODELS)


def test_corrected_row_stays_corrected(loaded):
    playground = Activity.objects.get(slug="belfaa-playground")
    playground.title_fr = "Une aire de jeux"
    playground.save()
    playground.themes.set([Theme.objects.get(slug="sport")])
    assert "0 updated" in run()
    playground.refresh_from_db()
    assert playground.title_fr == "Une aire de jeux"
    assert [theme.slug for theme in playground.themes.all()] == ["sport"]


def test_renamed_row_does_not_come_twice(loaded):
    Appointment.objects.filter(person="Nadia Moumni").update(person="N. Moumni")
    Municipality.objects.filter(slug="jette").update(slug="jette-brussels")
    assert "0 created" in run()
    assert Appointment.objects.count() == 2
    assert not Municipality.objects.filter(slug="jette").exists()


def test_deleted_row_stays_deleted_with_what_hung_on_it(loaded):
    Activity.objects.get(slug="jette-study-visit").delete()
    Organisation.objects.get(slug="jette-libraries").delete()
    assert "0 created" in run()
    assert not Activity.objects.filter(slug="jette-study-visit").exists()


def test_new_rows_of_a_later_version_are_added(tmp_path: Path):
    for path in FOLDER.glob("0*.json"):
        if path.name not in {"05_funding_rules.json", "09_courses.json"}:
            (tmp_path / path.name).write_text(path.read_text())
    first = load(tmp_path)
    second = load()
    assert (second.created, second.updated, second.kept) == (len(ROWS) - first.created, 0, first.created)


def test_overwrite_puts_rows_lists_and_deleted_rows_back(loaded):
    playground = Activity.objects.get(slug="belfaa-playground")
    playground.title_fr = "Une aire de jeux"
    playground.save()
    playground.themes.set([Theme.objects.get(slug="sport")])
    Organisation.objects.get(slug="jette-libraries").delete()
    assert run("--overwrite") == f"Reference data: 2 created, 1 updated, {len(ROWS) - 3} left as they are."
    back = Activity.objects.get(pk=playground.pk)
    assert (back.title_fr, back.version) == ("Une plaine de jeux agréable", playground.version + 1)
    assert [theme.slug for theme in back.themes.all()] == ["youth"]
    entry = AuditEntry.objects.get(verb="update", target_id=playground.pk)
    assert entry.changes["title_fr"] == ["Une aire de jeux", "Une plaine de jeux agréable"]
    assert entry.changes["themes"] == [["Sport"], ["Jeugd"]]
    assert Organisation.objects.get(slug="jette-libraries").roles.count() == 1


def test_overwrite_leaves_what_the_fixtures_do_not_say(loaded):
    FundingRequest.objects.update(amount="12000.00")
    assert "0 updated" in run("--overwrite")
    assert FundingRequest.objects.get().amount == 12000


THEME = {"model": "activities.theme", "fields": {"slug": "water", "name_nl": "Water"}}
GROUP = {"model": "beneficiaries.targetgroup", "fields": {"slug": "all", "name_nl": "Allen", "partnerships": [["no"]]}}
BAD = {
    "no JSON": ("{", "1.json is not a fixture"),
    "no list": ('{"model": 3}', "1.json is not a fixture"),
    "unknown kind": ([{**THEME, "model": "activities.planet"}], "planet"),
    "unknown field": ([{**THEME, "fields": {"slug": "water", "colour": "blue"}}], "colour"),
    "no name": ([{**THEME, "fields": {"name_nl": "Water"}}], "slug"),
    "kind without a name": ([{"model": "activities.logentry", "fields": {"text": "?"}}], "natural_key_fields"),
    "twice": ([THEME, THEME], "1.json, activities.theme water stands in the fixtures twice."),
    "unknown row": ([GROUP], "partnerships names no, which no earlier row"),
    "bad value": ([{**THEME, "fields": {"slug": "wa ter", "name_nl": "Water"}}], "1.json, activities.theme wa ter: "),
    "bad date": (
        [
            {"model": "partnerships.partnership", "fields": {"slug": "p", "name_nl": "P"}},
            {
                "model": "partnerships.partnershipperiod",
                "fields": {"partnership": ["p"], "number": 1, "state": "active", "starts_on": "2007-13-01"},
            },
        ],
        "1.json, partnerships.partnershipperiod p, 1: ",
    ),
    "two at one place": (
        [{"model": "beneficiaries.ageband", "fields": {"slug": slug, "position": 1}} for slug in ("a", "b")],
        "1.json: the database refuses a row: ",
    ),
    "circle": (
        [
            {"model": "activities.product", "fields": {"slug": one, "came_from": [other]}}
            for one, other in (("hen", "egg"), ("egg", "hen"))
        ],
        "refers to itself in a circle",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_fixture_is_refused_in_one_sentence(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    content, expected = BAD[name]
    (tmp_path / "0.json").write_text(json.dumps([{**THEME, "fields": {"slug": "air", "name_nl": "Lucht"}}]))
    (tmp_path / "1.json").write_text(content if isinstance(content, str) else json.dumps(content))
    monkeypatch.setattr(load, "__defaults__", (tmp_path,))
    with pytest.raises(CommandError) as refusal:
        run()
    assert expected in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert not Theme.objects.exists()


def test_empty_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(load, "__defaults__", (tmp_path,))
    with pytest.raises(CommandError, match="There are no fixtures"):
        run()


def test_every_row_passes_its_own_checks(loaded):
    for row in loaded_rows():
        row.full_clean()


def test_every_text_stands_in_four_languages(loaded):
    missing, same = [], []
    for row in loaded_rows():
        for name, by_code in texts(row):
            if any(by_code.values()) and not all(by_code.values()):
                missing.append((row, name, by_code))
            if by_code["nl"] and by_code["nl"] == by_code["fr"] and by_code["nl"] not in SHARED:
                same.append((row, name, by_code["nl"]))
    assert not missing
    assert not same


def test_every_name_and_title_is_there(loaded):
    for row in loaded_rows():
        for name, by_code in texts(row):
            if name in {"name", "title", "purpose"}:
                assert all(by_code.values()), (row, name, by_code)


def test_each_language_is_written_as_it_should_be(loaded):
    for row in loaded_rows():
        for name, by_code in texts(row):
            for code, text in by_code.items():
                if not text:
                    continue
                assert text == " ".join(text.split(" ")).strip(), (row, name, code)
                assert not re.search(r"  | [.,]|[\x00-\x1f\u200e\u200f\u202a-\u202e]", text), (row, name, code)
            french, arabic = by_code["fr"] or "", by_code["ar"] or ""
            assert not re.search(r"[^\u00a0][:;?!]", french), (row, name, french)
            if arabic and arabic not in LATIN_IN_ARABIC:
                assert re.search("[\u0621-\u064a]", arabic), (row, name, arabic)
                assert not re.search("[,;?]", arabic), (row, name, arabic)


def test_age_bands_follow_one_another(loaded):
    bands = list(AgeBand.objects.values_list("slug", "min_age", "max_age"))
    assert bands == [
        ("0-14", 0, 14),
        ("15-24", 15, 24),
        ("25-39", 25, 39),
        ("40-55", 40, 55),
        ("56-plus", 56, None),
        ("not-said", None, None),
    ]


def test_nothing_is_invented(loaded):
    assert not [kind for kind in NEVER_SHIPPED if kind._default_manager.exists()]
    assert FundingRequest.objects.get().amount is None
    assert not Place.objects.exclude(address="", latitude=None).exists()
    known = {str(year) for year in range(2007, 2027)} | {"1", "2"}
    of_funders = {"15", "25", "30", "50", "90", "000"}  # the figures in the table of their rules
    for row in loaded_rows():
        precisions = {getattr(row, field.name) for field in row._meta.fields if field.name.endswith("precision")}
        assert precisions <= {"", "year"}, row
        allowed = known | of_funders if isinstance(row, FundingRule) else known
        for name, by_code in texts(row):
            for text in by_code.values():
                assert set(re.findall(r"\d+", text or "")) <= allowed, (row, name, text)


def test_confidential_place_is_known_by_its_municipality_alone(loaded):
    place = Place.objects.get(is_confidential=True)
    assert str(place) == "Belfaa"
    assert (place.address, place.district, place.latitude, place.longitude) == ("", "", None, None)
    assert set(dict(texts(place))["name"].values()) == {
        "Vertrouwelijke plaats in Belfaa",
        "Lieu confidentiel à Belfaa",
        "Confidential place in Belfaa",
        "مكان غير معلن في بلفاع",
    }
    house = Organisation.objects.get(slug="house-for-women")
    assert (house.website, house.municipality) == ("", place.municipality)


# In a text about the house: floors, streets and buildings, in four languages.
WHERE_IT_IS = re.compile(
    r"verdieping|gelijkvloers|straat|gebouw|étage|rez-de-|\brue\b|immeuble|bâtiment|\bfloors?\b|street|building"
    r"|طابق|شارع|زنقة|عمارة|بناية|مبنى",
    re.IGNORECASE,
)


def test_no_text_says_where_in_which_building_or_on_which_floor_the_house_is(loaded):
    house = Organisation.objects.get(slug="house-for-women")
    hidden = Activity.objects.filter(place__is_confidential=True)
    assert {row.slug for row in hidden} >= {"belfaa-house-for-women", "belfaa-family-planning"}
    about = [house, *hidden, *Delay.objects.filter(activity__in=hidden), *house.milestones.all()]
    about += PublicText.objects.filter(activity__in=hidden)
    told = [text for row in about for _name, by_code in texts(row) for text in by_code.values() if text]
    assert len(told) > 30
    assert [text for text in told if WHERE_IT_IS.search(text)] == []


def test_no_text_of_either_data_set_names_a_floor():
    floors = re.compile(r"verdieping|gelijkvloers|étage|rez-de-|ground floor|الطابق", re.IGNORECASE)
    files = sorted(FOLDER.parent.rglob("*.json"))
    assert {path.parent.name for path in files} == {"reference", "demonstration"}
    assert [path.name for path in files if floors.search(path.read_text(encoding="utf-8"))] == []


def test_a_database_that_was_loaded_before_says_it_no_more_and_keeps_what_people_wrote(loaded):
    migration = importlib.import_module("activities.migrations.0022_house_keeps_its_place")
    before = {code: said[0] for code, said in migration.CENTRE.items()}
    after = {code: said[1] for code, said in migration.CENTRE.items()}
    public = PublicText.objects.get(activity__slug=migration.ACTIVITY)
    fixture = dict(texts(public))["text"]
    assert fixture == after
    old = {f"text_{code}": text for code, text in before.items()}
    PublicText.objects.filter(pk=public.pk).update(**old, text=before["nl"])
    Activity.objects.filter(slug=migration.ACTIVITY).update(
        summary_nl=before["nl"], summary_fr="Nous avons récrit ceci."
    )
    for _twice in range(2):
        migration.say_less(apps, None)
    public.refresh_from_db()
    assert dict(texts(public))["text"] == after
    centre = Activity.objects.get(slug=migration.ACTIVITY)
    assert (centre.summary_nl, centre.summary_fr) == (after["nl"], "Nous avons récrit ceci.")
    kept = AuditEntry.objects.filter(verb="update", target_type="activities.publictext", target_id=public.pk)
    assert kept.count() == 1


def test_the_two_partnerships_share_only_what_belongs_to_both(loaded):
    assert set(Partnership.objects.values_list("slug", flat=True)) == {"jette-belfaa", "sint-gillis-berkane"}
    assert not TargetGroup.objects.annotate(bonds=models.Count("partnerships")).exclude(bonds=1).exists()
    for group in TargetGroup.objects.prefetch_related("partnerships"):
        bonds = set(Activity.objects.filter(target_groups=group).values_list("partnership", flat=True))
        assert bonds <= {bond.pk for bond in group.partnerships.all()}
