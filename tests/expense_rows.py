"""Rules for tests, and what a browser says of an expense."""

from typing import Any

from django.test import Client

from activities.models import Activity
from partnerships.models import FundingRule, FundingSource
from tests.cast import Cast, in_all_languages
from tests.log_form import expense, filled

LOG = "/activities/log/"
NEW = "/activities/expenses/new/"
SAY_WHY = "Say why it is paid from this source all the same."


def make_rule(source: FundingSource, kind: str, **fields: Any) -> FundingRule:
    """Write a rule that says "The rule."; `headings` is a list."""
    headings = fields.pop("headings", [])
    title = fields.pop("title", "The rule.")
    slug = f"{source.slug}-{kind}-{FundingRule.objects.count()}"
    rule = FundingRule.objects.create(slug=slug, source=source, kind=kind, **in_all_languages(title=title), **fields)
    rule.headings.set(headings)
    return rule


def errors_of(response: Any) -> dict[str, list[str]]:
    """Return {name of field: sentences} for every part of a page with an expense on it."""
    page = response.context["page"]
    parts = getattr(page, "parts", None) or [page.row]
    return {
        form.add_prefix(name): list(sentences)
        for form in [page.form, *parts]
        for name, sentences in form.errors.items()
    }


def log(client: Client, cast: Cast, paid_from: FundingSource, activity: Activity | None = None, **changes: Any) -> Any:
    """Send an entry of 14 May 2024 with one expense of 100 euro."""
    activity = activity or cast.gillis.partner
    text = changes.pop("text", "Twelve young people met.")
    return client.post(LOG, filled(activity, cast.coordinator_south, text=text, **expense(paid_from, **changes)))


def alone(activity: Activity, paid_from: FundingSource, **changes: Any) -> dict[str, Any]:
    """Return the form of an expense of 100 euro without a log entry."""
    fields = {"spent_on": "2024-05-14", **changes}
    return {"activity": activity.pk, **expense(paid_from, **fields)}
