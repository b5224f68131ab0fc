"""The sheets of what led to what: risks, decisions, lessons, delays and what each side gained."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from portal.roof.reports.sections import Report
from portal.roof.reports.sheet import Sheet, name_of, text_of


def trails_of(report: Report) -> Iterator[Sheet]:
    """Yield them in the active language."""
    yield _risks(report)
    yield _decisions(report)
    yield _gains(report)
    yield _lessons(report)
    yield _delays(report)


def _risks(report: Report) -> Sheet:
    headings = [_("Risk"), _("Kind"), _("State"), _("Cause"), _("Effect"), _("Response"), _("Likelihood"), _("Gravity")]
    rows = [
        [
            text_of(row.title),
            name_of(row.kind),
            name_of(row.state),
            text_of(row.cause),
            text_of(row.effect),
            text_of(row.response),
            name_of(row.likelihood),
            name_of(row.gravity),
        ]
        for row in report.risks
    ]
    return Sheet(_("Risks"), headings, rows)


def _decisions(report: Report) -> Sheet:
    rows = [
        [
            text_of(row.title),
            str(row.when),
            text_of(row.text),
            "; ".join(text_of(found.title) for found in row.findings),
            "; ".join(text_of(step.title) for step in row.steps) or text_of(row.follow_up),
        ]
        for row in report.decisions
    ]
    headings = [_("Decision"), _("Date"), _("Text"), _("What led to it"), _("What followed")]
    return Sheet(_("Decisions"), headings, rows)


def _lessons(report: Report) -> Sheet:
    rows = [[text_of(row.title), str(row.when), text_of(row.outcome), text_of(row.text)] for row in report.lessons]
    return Sheet(_("Lessons learned"), [_("Lesson"), _("Date"), _("Outcome"), _("Text")], rows)


def _delays(report: Report) -> Sheet:
    rows = [
        [text_of(row.activity), text_of(row.reason), str(row.planned), str(row.revised), str(row.ended)]
        for row in report.delays
    ]
    return Sheet(
        _("Delays"), [_("Activity"), _("Reason"), _("Planned for"), _("Now planned for"), _("Over since")], rows
    )


def _gains(report: Report) -> Sheet:
    rows = [
        [
            name_of(row.side),
            ", ".join(text_of(town.name) for town in report.partnership.of_side(row.side)),
            text_of(row.title),
            str(row.when),
            text_of(row.text),
            "; ".join(map(text_of, row.origins)),
        ]
        for row in report.gains
    ]
    headings = [_("Side"), _("Municipality"), _("What was gained"), _("Date"), _("Text"), _("What led to it")]
    return Sheet(_("What each side gained"), headings, rows)
