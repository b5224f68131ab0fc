"""What the results of a programme came to, as a report tells it: plain values that a frozen report keeps.

The figures are those of the logframe (portal.roof.overviews.results), with the parts by sex, age and target group,
what is counted said in words, and the corrections. What would point at people of a vulnerable group is not told
(see attainment_told.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from partnerships.models import Indicator, Outcome
from portal.roof.overviews.results.figures import NOTHING, Figure, IndicatorSheet
from portal.roof.reports.words import IF_ANY, When, Words


@dataclass(frozen=True)
class PartYear:
    """The part of one year."""

    year: int
    number: Decimal


@dataclass(frozen=True)
class PartLine:
    """A part of an indicator's values over the years: of one sex, age band, target group, or several of these."""

    name: Words
    years: tuple[PartYear, ...]
    is_vulnerable: bool = False


@dataclass(frozen=True)
class ValueCorrection:
    """What a validated value should have been; a number is None where it would point at people."""

    year: int
    when: When
    reason: Words
    was: Figure | None
    became: Figure | None


@dataclass(frozen=True)
class Measured:
    """An indicator with its years.

    `counting` says in words what is counted for it. `is_about_vulnerable` says that it counts people of vulnerable
    groups only, `is_withheld` that its values are not told for that, `has_hidden_parts` that some parts are not, and
    `is_kept` that it is told as in the edition before; `counts_vulnerable`: some of the people whom it counts are of
    vulnerable groups; `may_count_vulnerable`: some of them may be (portal.roof.overviews.results.at_risk). In the
    years of `parts_before` the parts are those of the value before its correction.
    """

    sheet: IndicatorSheet
    counting: Words = NOTHING
    parts: tuple[PartLine, ...] = ()
    corrections: tuple[ValueCorrection, ...] = ()
    parts_before: tuple[int, ...] = ()
    is_about_vulnerable: bool = False
    is_withheld: bool = False
    has_hidden_parts: bool = False
    is_kept: bool = False
    counts_vulnerable: bool = False
    may_count_vulnerable: bool = field(default=False, metadata=IF_ANY)

    @property
    def pk(self) -> int:
        """The key of the indicator."""
        return self.sheet.pk

    @property
    def title(self) -> Words:
        """The name of the indicator."""
        return self.sheet.title

    @property
    def is_at_risk(self) -> bool:
        """Whether it may tell of vulnerable people; what was frozen before that was said is held for the most delicate.

        It decides by what the report said when it was made, and not by what the indicator is today.
        """
        counts = self.may_count_vulnerable or self.is_about_vulnerable or self.counts_vulnerable
        keeps = self.is_withheld or self.has_hidden_parts or self.is_kept
        return counts or keeps or self.sheet.whom == Indicator.Whom.VULNERABLE


@dataclass(frozen=True)
class Attained:
    """A result of a programme with its indicators; `leads_to` is the result above it."""

    pk: int
    level: Outcome.Level
    number: int
    title: Words
    text: Words
    assumptions: Words
    leads_to: Words
    is_whole: bool
    indicators: tuple[Measured, ...]


@dataclass(frozen=True)
class Chain:
    """The results of a programme, each before those that lead to it."""

    name: Words
    years: tuple[int, ...]
    results: tuple[Attained, ...]
