"""Funders' headings and rules as data: an administrator edits them, and is told what cannot be."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from partnerships.models import CostHeading, FundingRule
from portal.ground.models import AuditEntry

NEEDED = ["A rule of this kind needs this."]
UNUSED = ["A rule of this kind does not use this: leave it empty."]


@pytest.fixture
def boss(cast, client_of):
    return client_of(cast.administrator)


@pytest.fixture(autouse=True)
def _no_rules(cast):
    FundingRule.objects.all().delete()


def rule_form(source, /, **fields):
    """Return the form of a rule in words only, which holds for ever."""
    form = {"source": source.pk, "slug": "new", "title_en": "The new rule.", "title_nl": "De nieuwe regel."}
    return form | {"kind": "note", "effect": "refuse", "warn_days": "90"} | fields


def errors_of(boss, model, form, pk=None):
    """Send the page of a record and return what it says beside each field, {} where it is saved."""
    name = f"admin:partnerships_{model._meta.model_name}"
    page = boss.post(reverse(f"{name}_change", args=[pk]) if pk else reverse(f"{name}_add"), form)
    if page.status_code == 302:
        return {}
    return {field: list(said) for field, said in page.context_data["adminform"].form.errors.items()}


def stored(source, **fields):
    return FundingRule.objects.create(source=source, slug="old", title_nl="De oude regel.", **fields)


NEEDS = {
    "side": ({}, {"side_allowed": NEEDED}),
    "recipient": ({}, {"side_allowed": NEEDED}),
    "headings": ({}, {"headings": ["Choose at least one heading."]}),
    "window": ({}, {"first_day": NEEDED}),
    "ceiling": ({}, {"amount": NEEDED}),
    "ceiling of nothing": ({"amount": "0"}, {"amount": NEEDED}),
    "share": ({}, {"percent": NEEDED}),
    "own": ({}, {"percent": NEEDED}),
    "voucher": ({}, {"amount": NEEDED}),
    "overspend": ({}, {"percent": NEEDED}),
    "balance": ({"first_percent": "50"}, {"percent": NEEDED}),
    "deadline": ({}, {"month": NEEDED, "day": NEEDED, "deadline_for": NEEDED}),
}


@pytest.mark.parametrize(("kind", "case"), [(name.split()[0], case) for name, case in NEEDS.items()], ids=NEEDS)
def test_a_rule_says_what_its_kind_needs(cast, boss, kind, case):
    fields, errors = case
    assert errors_of(boss, FundingRule, rule_form(cast.federal, kind=kind, **fields)) == errors
    assert not FundingRule.objects.exists()


SPEAKS = {
    "side": {"side_allowed": "partner"},
    "recipient": {"side_allowed": "partner"},
    "window": {"first_day": "2022-01-01"},
    "ceiling": {"amount": "90.000,00"},
    "share": {"percent": "90"},
    "own": {"percent": "0"},
    "voucher": {"amount": "0"},
    "overspend": {"percent": "10"},
    "balance": {"percent": "25", "first_percent": "50"},
    "deadline": {"deadline_for": "claim", "month": "1", "day": "15"},
    "note": {},
}


@pytest.mark.parametrize("kind", SPEAKS)
def test_a_rule_of_each_kind_is_saved_and_speaks_with_nothing_else(cast, boss, kind):
    form = rule_form(cast.federal, kind=kind, **SPEAKS[kind])
    everything = {key: value for fields in SPEAKS.values() for key, value in fields.items()}
    unused = {name: value for name, value in everything.items() if name not in FundingRule.SPEAKS_WITH[kind]}
    assert errors_of(boss, FundingRule, form | unused) == dict.fromkeys(unused, UNUSED)
    assert errors_of(boss, FundingRule, form) == {}
    assert FundingRule.objects.get().kind == kind
    entry = AuditEntry.objects.get(target_type="partnerships.fundingrule")
    assert (entry.verb, entry.actor, entry.parent_id) == ("create", cast.administrator, cast.federal.pk)


BAD = {
    "share of more than all": ({"kind": "share", "percent": "100.01"}, "percent"),
    "a negative share": ({"kind": "share", "percent": "-1"}, "percent"),
    "a share that is no number": ({"kind": "share", "percent": "NaN"}, "percent"),
    "an infinite share": ({"kind": "share", "percent": "Infinity"}, "percent"),
    "a negative amount": ({"kind": "ceiling", "amount": "-1"}, "amount"),
    "an absurd amount": ({"kind": "ceiling", "amount": "100000000"}, "amount"),
    "an amount that is no number": ({"kind": "ceiling", "amount": "NaN"}, "amount"),
    "a month too many": ({"kind": "deadline", "deadline_for": "moral", "month": "13", "day": "1"}, "month"),
    "a day too many": ({"kind": "deadline", "deadline_for": "moral", "month": "1", "day": "32"}, "day"),
    "a warning of two years": ({"warn_days": "367"}, "warn_days"),
    "an unknown kind": ({"kind": "magic"}, "kind"),
    "an unknown effect": ({"effect": "explodes"}, "effect"),
    "a heading that is none": ({"kind": "ceiling", "amount": "5", "heading": "9" * 40}, "heading"),
    "headings that are none": ({"kind": "headings", "headings": ["9" * 40]}, "headings"),
}


@pytest.mark.parametrize(("fields", "beside"), BAD.values(), ids=BAD)
def test_a_bad_value_is_refused_beside_its_field(cast, boss, fields, beside):
    assert list(errors_of(boss, FundingRule, rule_form(cast.federal, **fields))) == [beside]
    assert not FundingRule.objects.exists()


def test_reversed_dates_are_refused(cast, boss):
    sentence = ["The end lies before the start: check both dates."]
    window = rule_form(cast.federal, kind="window", first_day="2024-02-01", last_day="2024-01-31")
    assert errors_of(boss, FundingRule, window) == {"last_day": sentence}
    span = rule_form(cast.federal, starts_on="2024-02-01", ends_on="2024-01-31")
    assert errors_of(boss, FundingRule, span) == {"ends_on": sentence}


def test_a_heading_of_another_funder_is_refused(cast, boss):
    foreign = ["This heading belongs to another funding source."]
    heading = cast.headings["operational"]
    ceiling = rule_form(cast.bwi, kind="ceiling", amount="5", heading=heading.pk)
    assert errors_of(boss, FundingRule, ceiling) == {"heading": foreign}
    paid = rule_form(cast.bwi, kind="headings", headings=[heading.pk])
    assert errors_of(boss, FundingRule, paid) == {"headings": foreign}
    assert errors_of(boss, FundingRule, rule_form(cast.federal, headings=[heading.pk])) == {"headings": UNUSED}
    own = rule_form(cast.federal, kind="headings", headings=[heading.pk])
    assert errors_of(boss, FundingRule, own) == {}
    entry = AuditEntry.objects.get(target_type="partnerships.fundingrule")
    assert entry.changes["headings"] == ["Operational"]


TWIN = "“De oude regel.” speaks of the same for the same time: end that one first, or change it."
RIVAL = "“De oude regel.” cannot be kept together with this: change one of the two."
CONTRADICTIONS = {
    "the same side twice": (SPEAKS["side"] | {"kind": "side"}, {"kind": "side", "side_allowed": "home"}, "kind", TWIN),
    "two largest amounts": (
        {"kind": "ceiling", "amount": "90000"},
        {"kind": "ceiling", "amount": "80000"},
        "kind",
        TWIN,
    ),
    "two shares that are more than the whole": (
        {"kind": "own", "percent": "10"},
        {"kind": "share", "percent": "90.01"},
        "percent",
        RIVAL,
    ),
}


@pytest.mark.parametrize(("old", "new", "beside", "sentence"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_a_rule_that_contradicts_another_is_said(cast, boss, old, new, beside, sentence):  # noqa: PLR0917 - fixtures
    stored(cast.federal, **old)
    assert errors_of(boss, FundingRule, rule_form(cast.federal, **new)) == {beside: [sentence]}
    # Another funder may have it.
    assert errors_of(boss, FundingRule, rule_form(cast.bwi, **new)) == {}


def test_shares_that_make_the_whole_stand_together(cast, boss):
    stored(cast.federal, kind="own", percent="10")
    assert errors_of(boss, FundingRule, rule_form(cast.federal, kind="share", percent="90")) == {}


def test_a_heading_may_not_cost_more_than_its_project(cast, boss):
    stored(cast.federal, kind="ceiling", amount="90000")
    part = {"kind": "ceiling", "heading": cast.headings["audit"].pk}
    assert errors_of(boss, FundingRule, rule_form(cast.federal, amount="90000.01", **part)) == {"amount": [RIVAL]}
    assert errors_of(boss, FundingRule, rule_form(cast.federal, amount="90000", **part)) == {}


def test_a_rule_and_its_successor_stand_beside_each_other(cast, boss):
    old = stored(cast.bwi, kind="ceiling", amount="90000", ends_on=dt.date(2024, 12, 31), ends_precision="day")
    new = rule_form(cast.bwi, kind="ceiling", amount="100000", starts_on="2025-01-01")
    assert errors_of(boss, FundingRule, new | {"starts_on": "2024-12-31"}) == {"kind": [TWIN]}
    assert errors_of(boss, FundingRule, new) == {}
    in_force = {day: FundingRule.objects.in_force(day).get().pk for day in [dt.date(2024, 12, 31), dt.date(2025, 1, 1)]}
    assert in_force == {dt.date(2024, 12, 31): old.pk, dt.date(2025, 1, 1): FundingRule.objects.get(slug="new").pk}


def test_the_page_of_a_funder_leads_to_its_headings_and_rules(cast, boss):
    rule = stored(cast.federal, kind="ceiling", amount="90000", ends_on=dt.date(2024, 12, 31), ends_precision="day")
    foreign = FundingRule.objects.create(source=cast.bwi, slug="foreign", title_nl="Elders.", kind="note")
    page = boss.get(reverse("admin:partnerships_fundingsource_change", args=[cast.federal.pk])).content.decode()
    for row in [rule, *cast.federal.headings.all()]:
        assert f'href="{reverse(f"admin:partnerships_{row._meta.model_name}_change", args=[row.pk])}"' in page
    assert f"/fundingrule/{foreign.pk}/" not in page
    assert rule.span_text in page
    [add] = re.findall(r'href="(/admin/partnerships/fundingrule/add/[^"]*)"', page)
    form = boss.get(add).context_data["adminform"].form
    assert str(form["source"].value()) == str(cast.federal.pk)


def test_a_page_names_fifty_parts_and_the_way_to_all(cast, boss):
    made = [CostHeading(slug=f"h{n}", source=cast.bwi, name_en=f"H{n}", nature="operational") for n in range(51)]
    CostHeading.objects.bulk_create(made)
    page = boss.get(reverse("admin:partnerships_fundingsource_change", args=[cast.bwi.pk])).content.decode()
    count = cast.bwi.headings.count()
    assert (len(re.findall(r"/costheading/[0-9]+/change/", page)), f"All {count}" in page) == (50, True)
    [link] = re.findall(r'href="(/admin/partnerships/costheading/\?[^"]*)"', page)
    assert boss.get(link).context_data["cl"].result_count == count


def heading_form(source, /, **fields):
    form = {"source": source.pk, "slug": "new", "name_nl": "Nieuw", "nature": "operational", "position": "1"}
    return form | fields


def test_headings_have_two_levels_of_one_funder(cast, boss):
    whole, part = cast.headings["operational"], cast.headings["personnel"]
    levels = ["Headings have two levels: choose one that is not a part itself."]
    foreign = ["This heading belongs to another funding source."]
    assert errors_of(boss, CostHeading, heading_form(cast.bwi, parent=whole.pk)) == {"parent": foreign}
    own = heading_form(cast.federal, slug=whole.slug, parent=cast.headings["management"].pk)
    assert errors_of(boss, CostHeading, own, whole.pk) == {"parent": levels}
    itself = heading_form(cast.federal, slug=whole.slug, parent=whole.pk)
    assert errors_of(boss, CostHeading, itself, whole.pk) == {"parent": levels}
    choice = "Select a valid choice. That choice is not one of the available choices."
    assert errors_of(boss, CostHeading, heading_form(cast.federal, parent=part.pk)) == {"parent": [choice]}
    assert errors_of(boss, CostHeading, heading_form(cast.federal, parent=whole.pk)) == {}
    assert whole.parts.filter(slug="new").exists()


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        (
            {"starts_on": "2024-02-01", "ends_on": "2024-01-31"},
            {"ends_on": ["The end lies before the start: check both dates."]},
        ),
        ({"slug": "federal-audit"}, {"slug": ["Cost heading with this Short name already exists."]}),
        ({"position": "-1"}, {"position": ["Ensure this value is greater than or equal to 0."]}),
    ],
)
def test_a_bad_heading_is_refused_beside_its_field(cast, boss, fields, errors):
    assert errors_of(boss, CostHeading, heading_form(cast.federal, **fields)) == errors


def test_only_an_administrator_changes_headings_and_rules(cast, client_of):
    cast.officer.is_staff = True
    cast.officer.save()
    officer = client_of(cast.officer)
    for model, form in [(FundingRule, rule_form(cast.federal)), (CostHeading, heading_form(cast.federal))]:
        page = reverse(f"admin:partnerships_{model._meta.model_name}_add")
        assert officer.post(page, form).status_code == 403
