"""Words that mean the same in each form, explained in one place: what stands in small print below their fields.

A form that says more of a field says it itself. A field that needs no sentence stands, with the reason, in
tests/test_field_help.py, so that nobody adds one without having thought of a newcomer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_EXACT = _("How exactly the date is known: to the day, the month or the year.")

HELP: dict[str, Promise] = {
    **dict.fromkeys(
        [
            "precision",
            "starts_precision",
            "ends_precision",
            "ended_precision",
            "planned_precision",
            "revised_precision",
        ],
        _EXACT,
    ),
    "authority": _("Who holds the exam and gives the diploma."),
    "bank_costs": _("What the bank charged for the transfer."),
    "birth_year": _("The year alone, never the day."),
    "changed_by": _("The decisions after which it was given differently."),
    "centre": _("The organisation that gives the course."),
    "claimed_amount": _("What the municipality asked the funder to pay out."),
    "commitments_on": _("The day on which the learner agreed to the rules of the course."),
    "consent_withdrawn_on": _("From that day on, nobody asks the learner how things went."),
    "consented_on": _("Only who agreed is asked again after the course."),
    "consulted": _("Who was asked for advice before."),
    **dict.fromkeys(["counting", "unique_counting"], _("Counted one by one, or estimated by eye.")),
    "evaluation_form": _("The survey with which those who take part judge it."),
    "gravity": _("How bad it would be if it happened."),
    "guardian_consented_on": _("Asked of learners who are minors."),
    "heading": _("The part of the funder's budget that the cost belongs to."),
    "host_event": _("A larger event of somebody else in which it took place: a fair, a festival."),
    "initiated_by": _("Who had the idea, where it was not the municipalities."),
    "is_recurring": _("It comes back, each year for example."),
    "likelihood": _("How likely it is to happen."),
    "milestone": _("The event in the life of the partnership that goes with this step."),
    "months": _("How long after the end of the course the learner was asked."),
    "observed_outcome": _("A change that was really seen, as the page of the partnership tells it."),
    "outcome": _("The change that it works toward, as the plan of the programme names it."),
    "part_of": _("The larger activity of which this one is a step."),
    "reference": _("The words or the number by which the decision of the funder is found again."),
    "review_on": _("On that day somebody looks at it again; it stands in the calendar."),
    "run_by": _("The organisation that gives the course."),
    "seats": _("How many learners the course can take."),
    "source": _("Who pays it in the end: a subsidy, or the municipality itself."),
    "spent_by": _("The side that paid the bill."),
    "supplier": _("Who was paid, as the invoice names them."),
    "trained_by": _("Where it is not the training centre itself."),
    "voucher": _("A photo or a PDF of the invoice or the receipt."),
    "voucher_number": _("As it stands on the invoice or the receipt."),
}


def explain(fields: Mapping[str, forms.Field]) -> None:
    """Give each field that says nothing of itself the sentence of its name, if there is one."""
    for name, field in fields.items():
        if not field.help_text and name in HELP and not field.widget.is_hidden:
            field.help_text = cast("str", HELP[name])
