"""What stands in the way of publishing a partnership as IATI data, and what is left out, in sentences."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from partnerships.models import Municipality, Side
from portal.roof.iati.facts import Facts
from portal.roof.reports.words import Words


@dataclass(frozen=True)
class Remark:
    """A sentence for whoever publishes, with the place where it is mended; `url` is empty where there is none."""

    text: str
    url: str = ""


def hindrances(facts: Facts) -> list[Remark]:
    """Return what IATI asks and the portal does not know. Nothing is published before it is filled."""
    found = []
    if not facts.is_public:
        found.append(
            Remark(
                _("The partnership has no public pages: nothing of it may be published."),
                reverse("partnerships:detail", args=[facts.slug]),
            )
        )
    if facts.reporter is None:
        names = [name(town.name) for town in facts.towns if town.side == Side.HOME]
        address = reverse(f"admin:{Municipality._meta.app_label}_municipality_changelist")
        sentence = _("%(town)s has no IATI identifier: an administrator enters it with the municipality.")
        found.append(Remark(sentence % {"town": ", ".join(names)}, address))
    if not any(town.side == Side.PARTNER for town in facts.towns):
        found.append(Remark(_("The partnership has no Moroccan municipality, so no country that benefits.")))
    if not facts.plans:
        found.append(Remark(_("The partnership has no programme.")))
    for plan in facts.plans:
        address = reverse("partnerships:programme_detail", args=[plan.slug])
        if not plan.sectors:
            sentence = _("%(programme)s has no sector: add one to its markers and goals.")
            found.append(Remark(sentence % {"programme": name(plan.name)}, address))
        if len(plan.sectors) > 1:
            sentence = _("%(programme)s has several sectors: keep the one to which most of it belongs.")
            found.append(Remark(sentence % {"programme": name(plan.name)}, address))
    return found


def left_out(facts: Facts) -> list[Remark]:
    """Return what is public and yet not in the file, and why."""
    found = []
    if facts.undated:
        number = len(facts.undated)
        sentence = ngettext(
            "%(number)s activity is left out, because nobody knows when it began: %(titles)s.",
            "%(number)s activities are left out, because nobody knows when they began: %(titles)s.",
            number,
        )
        found.append(Remark(sentence % {"number": number, "titles": _titles(facts.undated)}))
    if facts.without_programme:
        number = len(facts.without_programme)
        sentence = ngettext(
            "%(number)s activity is left out, because it belongs to no programme: %(titles)s.",
            "%(number)s activities are left out, because they belong to no programme: %(titles)s.",
            number,
        )
        found.append(Remark(sentence % {"number": number, "titles": _titles(facts.without_programme)}))
    return found


def _titles(works) -> str:
    return "; ".join(name(work.title) for work in works)


def name(words: Words) -> str:
    """Return a name in the reader's language, or the next best."""
    return words.best(get_language() or "")[1]
