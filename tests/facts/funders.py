"""What is known of the funders' rules: R1 to R7, the rows of the table in their order."""

from decimal import Decimal

from partnerships.models import FundingRule, FundingSource, ScoreCriterion, SectionHeading, Side
from tests.facts import fact, values, worded, years

DECREE = "11.09.2016"


def rule(slug: str, kind: str, article: str = "", **expected: object) -> FundingRule:
    """Return a rule that stands in four languages, in an article of the decree, and holds these values."""
    found = FundingRule.objects.get(slug=slug, kind=kind)
    worded(found, "title")
    values(found, **expected)
    if article:
        assert found.source.slug == "federal"
        assert DECREE in found.legal_source
        assert found.legal_source.endswith(f"art. {article}")
    return found


@fact("R1")
def federal_money_for_the_south_partner():
    for slug, kind in {"federal-partner-side-only": "side", "federal-partner-recipient": "recipient"}.items():
        found = rule(slug, kind, effect="refuse", side_allowed=Side.PARTNER, starts_on=None, ends_on=None)
        assert found.source.slug == "federal"
        assert found.legal_source


@fact("R2")
def other_money_for_the_belgian_side():
    for source in FundingSource.objects.filter(slug__in=["bwi", "own"]):
        worded(source.rules.get(kind="note"), "title")
        assert not source.rules.exclude(side_allowed="").exists()


@fact("R3")
def cost_headings():
    federal = FundingSource.objects.get(slug="federal")
    spending = ["investments", "operating", "personnel"]
    expected = {
        "operational": (True, spending),
        "management": (True, ["personnel", "audit", "other"]),
        "administration": (False, spending),
        "structure": (False, []),
    }
    tops = {heading.slug: heading for heading in federal.headings.filter(parent=None)}
    assert list(tops) == [f"federal-{name}" for name in expected]
    for name, (is_direct, parts) in expected.items():
        top = tops[f"federal-{name}"]
        assert [part.slug for part in top.parts.all()] == [f"federal-{name}-{part}" for part in parts]
        for heading in [top, *top.parts.all()]:
            values(heading, nature=name, is_direct=is_direct, source=federal)
            worded(heading, "name")
    rule("federal-cost-headings", "note", "1")
    rule("federal-direct-costs", "note", "1")


@fact("R4")
def a_transfer_is_not_an_expense():
    rule("federal-transfer-is-no-expense", "note", "32")
    rule("federal-voucher", "voucher", "32", amount=0, effect="judge")


@fact("R5")
def tranches_and_the_unspent_balance():
    rule("federal-claim", "deadline", "32", deadline_for="claim", month=1, day=15)
    rule("federal-unspent-balance", "balance", "32", percent=25, first_percent=50)


@fact("R6")
def yearly_reports():
    rule("federal-moral-report", "deadline", "45, 47", deadline_for="moral", month=4, day=30)
    rule("federal-financial-report", "deadline", "45, 47", deadline_for="financial", month=6, day=30)
    lessons = SectionHeading.objects.get(slug="lessons")
    values(lessons, source=FundingSource.objects.get(slug="federal"), is_per_outcome=True)
    worded(lessons, "title", "guidance")
    expected = ["relevance", "coherence", "effectiveness", "efficiency", "impact", "sustainability"]
    criteria = list(ScoreCriterion.objects.order_by("position"))
    assert [row.slug for row in criteria] == [*expected, "gender", "environment"]
    for row in criteria:
        # The scale is not known for certain; “impact” is one word in Dutch and in French.
        values(row, scale=None, source=None)
        worded(row, "question")


@fact("R7")
def call_of_2019():
    ceiling = rule("wbi-2019-ceiling", "ceiling", amount=Decimal(90_000), heading=None)
    share = rule("wbi-2019-share", "share", percent=90)
    for found in (ceiling, share):
        assert found.source.slug == "bwi"
        assert "WBI" in found.legal_source
        years(found, 2019, 2019)
