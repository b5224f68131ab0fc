"""How a comparison of two reports names what it compares, and what it passes over.

A field is named once, whatever dataclass holds it. One that has no name here is told under the name of what holds it,
as changed, added or removed, so that a section which is added later is compared at once, if more roughly.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.roof.overviews.finance.balance import Balance
from portal.roof.overviews.finance.figures import Finance
from portal.roof.overviews.finance.sums import HeadingLine, SourceLine, TransferLine
from portal.roof.overviews.results.figures import IndicatorSheet, YearFigures
from portal.roof.reports.attainment import Attained, Chain, Measured, PartLine, PartYear, ValueCorrection
from portal.roof.reports.learners import CourseSheet, CourseYear
from portal.roof.reports.sections import Entry, Funder, Picture, ProductSheet, Report, ReportActivity, Request
from portal.roof.reports.spending import Expense, Money, SourceSum
from portal.roof.reports.telling import Judged, Told
from portal.roof.reports.trails import ClosureSheet, DelaySheet, FindingSheet, LessonSheet

LABELS: Mapping[str, Promise] = {
    # Sections
    "activities": _("Activities"),
    "undated": _("Activities without a date"),
    "outlook": _("Outlook"),
    "participants": _("Participants"),
    "money": _("Expenses"),
    "finances": _("Money of the programme"),
    "told": _("narrative sections"),
    "judged": _("Performance scores"),
    "attained": _("Results by outcome"),
    "requests": _("Money asked for"),
    "pictures": _("Photos"),
    "products": _("Products and showings"),
    "actors": _("Organisations"),
    "phases": _("Phases"),
    "risks": _("Risks and obstacles"),
    "decisions": _("Decisions"),
    "lessons": _("Lessons learned"),
    "delays": _("Delays"),
    "closures": _("closures"),
    "learners": _("How far learners came"),
    "aims": _("Planned outcomes"),
    "identifiers": _("Identifiers"),
    "markers": _("Policy markers and goals"),
    "code": _("code"),
    "significance": _("significance"),
    "identifier": _("IATI identifier"),
    "changes": _("Changes that were seen"),
    "gains": _("What each side gained"),
    "origin": _("what led to it"),
    "came_from": _("came from"),
    "is_public": _("on the public page"),
    "partnership": _("Partnership"),
    "programmes": _("Programmes"),
    # Names and texts
    "name": _("name"),
    "title": _("title"),
    "text": _("text"),
    "abbreviation": _("abbreviation"),
    "theme": _("theme"),
    "themes": _("themes"),
    "objective": _("objective"),
    "summary": _("summary"),
    "focus": _("focus"),
    "status_note": _("note on the status"),
    "difficulties": _("difficulties"),
    "next_step": _("next step"),
    "caption": _("caption"),
    "consent": _("consent"),
    "cause": _("cause"),
    "effect": _("effect"),
    "response": _("response"),
    "appraisal": _("appraisal"),
    "follow_up": _("follow-up"),
    "consulted": _("consulted"),
    "reason": _("reason"),
    "what": _("what was paid"),
    "corrects": _("corrects"),
    "criterion": _("criterion"),
    "value": _("score"),
    "step": _("level"),
    "justification": _("justification"),
    "note": _("note"),
    "reference": _("reference"),
    "assumptions": _("assumptions"),
    "verification": _("means of verification"),
    "unit": _("unit"),
    "baseline_note": _("remark on the baseline"),
    "counting": _("what is counted"),
    # Kinds and states
    "kind": _("kind"),
    "side": _("side"),
    "status": _("status"),
    "state": _("state"),
    "level": _("level"),
    "actor": _("who changed"),
    "initiated_by": _("initiated by"),
    "is_recurring": _("recurring"),
    "is_demonstration": _("demonstration"),
    "purpose": _("purpose"),
    "function": _("function"),
    "country": _("country"),
    "role": _("role"),
    "roles": _("roles"),
    "likelihood": _("likelihood"),
    "gravity": _("gravity of the effect"),
    "is_delivered": _("delivered"),
    "is_over": _("the delay is over"),
    "measure": _("measure"),
    "accumulation": _("counted"),
    "is_ascending": _("a higher value is better"),
    "adds_periods": _("values of several periods may be added"),
    "is_withheld": _("values not told, so that nobody can be recognised"),
    # Days and places
    "due": _("due on"),
    "planned": _("was planned for"),
    "revised": _("is now planned for"),
    "ended": _("ended on"),
    "when": _("date"),
    "date": _("date"),
    "starts_on": _("starts on"),
    "ends_on": _("ends on"),
    "sent_on": _("sent on"),
    "received_on": _("received on"),
    "months": _("months"),
    "place": _("place"),
    "town": _("municipality"),
    "towns": _("municipalities"),
    "venue": _("venue"),
    "host_event": _("held inside"),
    "part_of": _("part of"),
    # What belongs to something
    "activity": _("activity"),
    "outcome": _("outcome"),
    "programme": _("programme"),
    "group": _("target group"),
    "groups": _("target groups"),
    "organisations": _("organisations"),
    "entries": _("log entries"),
    "counts": _("participants"),
    "unique": _("different people"),
    "is_estimated": _("estimated, in part at least"),
    "showings": _("showings"),
    "deliverables": _("deliverables"),
    "findings": _("findings"),
    "courses": _("courses"),
    "steps": _("steps"),
    "about": _("what it concerns"),
    "people": _("people in charge"),
    "funders": _("who pays"),
    "periods": _("periods"),
    "milestones": _("milestones"),
    "expenses": _("expenses"),
    "sources": _("funding sources"),
    "source": _("funding source"),
    "headings": _("cost headings"),
    "transfers": _("transfers"),
    "balances": _("Unspent balance"),
    "vouchers": _("vouchers"),
    "has_file": _("voucher with a file"),
    "results": _("results"),
    "indicators": _("indicators"),
    "corrections": _("corrections"),
    "leads_to": _("leads to"),
    # Learners
    "enrolled": _("Enrolled"),
    "attended": _("Attended"),
    "sat": _("Sat the exam"),
    "diploma": _("Earned the diploma"),
    "heard": _("Heard of afterwards"),
    "now": _("Now"),
    # Figures
    "baseline": _("Baseline"),
    "baseline_year": _("year of the baseline"),
    "target": _("Target"),
    "actual": _("Actual"),
    "reported": _("Reported, not validated"),
    "counted": _("Counted from the log"),
    "was": _("before"),
    "became": _("after"),
    "total": _("total"),
    "amount": _("amount in euro"),
    "original_amount": _("original amount"),
    "currency": _("currency"),
    "rate": _("exchange rate"),
    "budget": _("Budget"),
    "spent": _("Spent"),
    "justified": _("Justified"),
    "rejected": _("Rejected"),
    "granted": _("Granted"),
    "received": _("Received"),
    "transferred": _("Sent to the partner"),
    "bank_costs": _("Bank costs"),
    "charged": _("Spent, without what was rejected"),
    "tranche": _("last tranche"),
    "sent": _("Sent, in euro"),
    "spent_euro": _("Spent, in euro"),
}

# Where a name means something else than elsewhere.
OWN_LABELS: Mapping[tuple[type, str], Promise] = {
    (FindingSheet, "sources"): _("came from"),
    (ClosureSheet, "balances"): _("closing balances"),
}

# What only holds others together: its parts are told as if they stood one step higher.
NAMELESS = {"funds", "series", "by_year", "parts", "count", "marks", "sheet", "years", "number"}

# What is worked out from what is told, what only leads somewhere, and what is as old as the report itself.
PASSED_OVER: Mapping[type, frozenset[str]] = {
    Report: frozenset({"made_on", "programmes", "origins", "forms", "years", "is_unsettled", "elsewhere"}),
    ReportActivity: frozenset({"spent", "outcome_pk", "source_slugs"}),
    Entry: frozenset({"spent"}),
    Expense: frozenset({"number", "activity_pk", "source_slug"}),
    Money: frozenset({"sides", "without_file"}),
    SourceSum: frozenset({"share", "originals"}),
    Told: frozenset({"year", "outcome_pk", "source_slug"}),
    Judged: frozenset({"year", "outcome_pk"}),
    LessonSheet: frozenset({"outcome_pk"}),
    DelaySheet: frozenset({"activity_pk"}),
    ProductSheet: frozenset({"activity_pk"}),
    Funder: frozenset({"source_slug"}),
    Request: frozenset({"source_slug"}),
    Picture: frozenset({"file", "sha256", "activity_pk"}),
    Measured: frozenset(
        {"parts_before", "is_about_vulnerable", "has_hidden_parts", "is_kept", "counts_vulnerable"}
        | {"may_count_vulnerable"}
    ),
    IndicatorSheet: frozenset({"number", "owner", "is_counted", "total", "total_target", "achieved", "whom"}),
    YearFigures: frozenset({"year", "is_odd_target", "difference", "is_corrected", "achieved"}),
    PartYear: frozenset({"year"}),
    PartLine: frozenset({"is_vulnerable"}),
    ValueCorrection: frozenset({"year"}),
    Attained: frozenset({"number", "is_whole"}),
    Chain: frozenset({"years"}),
    CourseSheet: frozenset({"activity_pks"}),
    CourseYear: frozenset({"year", "is_kept", "is_waiting"}),
    Finance: frozenset(
        {"partnership", "programme", "on", "years", "year", "natures", "outcomes", "co_funding", "own", "due_dates"}
        | {"gaps", "is_demonstration", "outcome_sources"}
    ),
    SourceLine: frozenset({"source"}),
    HeadingLine: frozenset({"heading", "is_rest"}),
    TransferLine: frozenset({"source", "received", "spent"}),
    Balance: frozenset({"programme", "source", "on", "tranche_year", "is_first", "percent", "rule", "claim_on"}),
}
NEVER_TOLD = frozenset({"pk", "slug"})


def label_of(kind: type, name: str) -> Promise | None:
    """Return what a field of a dataclass is called, or None."""
    return OWN_LABELS.get((kind, name), LABELS.get(name))
