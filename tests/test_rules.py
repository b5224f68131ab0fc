"""Funders' headings and rules as data: an administrator edits them, and is told what cannot be."""

import datetime as dt

import pytest
from django.urls import reverse

from partnerships.models import CostHeading, FundingRule, FundingSource
from portal.ground.models import AuditEntry

NEEDED = ["A rule of this kind needs this."]
UNUSED = ["A rule of this kind does not use this: leave it empty."]
NO_INLINES = {"aliases": 0, "headings": 0, "rules": 0}


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


def source_page(source, **rows):
    """Return the page of a funder with rows of its inlines, each a list of forms."""
    form = {"slug": source.slug, "name_nl": str(source), "kind": source.kind, "voucher_order": "heading"}
    for prefix in NO_INLINES:
        given = rows.get(prefix, [])
        known = [row for row in given if row.get("id")]
        form |= {f"{prefix}-TOTAL_FORMS": len(given), f"{prefix}-INITIAL_FORMS": len(known)}
        for number, row in enumerate(given):
            form |= {f"{prefix}-{number}-{name}": value for name, value in (row | {"source": source.pk}).items()}
    return form


def said_of_rules(boss, source, **rows):
    """Send the page of a funder; return the errors of each rule on it, or None where it is saved."""
    page = boss.post(reverse("admin:partnerships_fundingsource_change", args=[source.pk]), source_page(source, **rows))
    if page.status_code == 302:
        return None
    formsets = {inline.formset.prefix: inline.formset for inline in page.context_data["inline_admin_formsets"]}
    return [{name: list(said) for name, said in errors.items()} for errors in formsets["rules"].errors]


def inline_rule(slug, **fields):
    return {"slug": slug, "title_nl": slug.capitalize(), "kind": "note", "effect": "refuse", "warn_days": 90} | fields


def test_on_the_page_of_a_funder_a_rule_ends_and_its_successor_begins_in_one_step(cast, boss):
    old = stored(cast.bwi, kind="ceiling", amount="90000")
    ended = inline_rule("old", id=old.pk, kind="ceiling", amount="90000", ends_on="2024-12-31")
    new = inline_rule("new", kind="ceiling", amount="100000", starts_on="2025-01-01")
    assert said_of_rules(boss, cast.bwi, rules=[ended | {"ends_on": "2025-01-01"}, new]) == [
        {"kind": ["“New” speaks of the same for the same time: end that one first, or change it."]},
        {"kind": ["“Old” speaks of the same for the same time: end that one first, or change it."]},
    ]
    assert said_of_rules(boss, cast.bwi, rules=[ended, new]) is None
    assert FundingRule.objects.filter(source=cast.bwi).count() == 2


def test_on_the_page_of_a_funder_new_rules_are_held_against_each_other(cast, boss):
    rules = [inline_rule("a", kind="share", percent="90"), inline_rule("b", kind="own", percent="20")]
    assert said_of_rules(boss, cast.bwi, rules=rules) == [
        {"percent": ["“B” cannot be kept together with this: change one of the two."]},
        {"percent": ["“A” cannot be kept together with this: change one of the two."]},
    ]
    gone = [rules[0], rules[1] | {"DELETE": "on"}]
    assert said_of_rules(boss, cast.bwi, rules=gone) is None


def test_on_the_page_of_a_funder_the_own_headings_alone_are_offered(cast, boss):
    heading = cast.headings["operational"].pk
    paid = inline_rule("paid", kind="headings")
    assert said_of_rules(boss, cast.federal, rules=[paid]) == [{"headings": ["Choose at least one heading."]}]
    sentence = f"Select a valid choice. {heading} is not one of the available choices."
    assert said_of_rules(boss, cast.bwi, rules=[paid | {"headings": [heading]}]) == [{"headings": [sentence]}]
    assert said_of_rules(boss, cast.federal, rules=[paid | {"headings": [heading]}]) is None
    entry = AuditEntry.objects.get(target_type="partnerships.fundingrule")
    assert (entry.changes["headings"], entry.parent_id) == (["Operational"], cast.federal.pk)


def test_a_new_funder_comes_with_headings_and_rules(boss):
    funder = FundingSource(slug="new", kind="other", name_nl="Nieuw")
    heading = {"slug": "new-staff", "name_nl": "Personeel", "nature": "operational", "position": 1}
    form = source_page(funder, headings=[heading], rules=[inline_rule("a", kind="share", percent="90")])
    form = {name: value for name, value in form.items() if value is not None}
    assert boss.post(reverse("admin:partnerships_fundingsource_add"), form).status_code == 302
    made = FundingSource.objects.get(slug="new")
    assert (made.headings.get().name, made.rules.get().percent) == ("Personeel", 90)


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
