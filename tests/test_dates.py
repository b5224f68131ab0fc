"""Dates known to the year, the month or the day, and spans of them."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from partnerships.models import Partnership, PartnershipPeriod
from portal.ground.dates import Precision, format_date, format_span
from portal.ground.forms import DayInput

DAY = dt.date(2024, 2, 9)


@given(st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2200, 1, 1)), st.sampled_from(Precision))
def test_a_precision_spans_its_day(day, precision):
    first, last = precision.first_day(day), precision.last_day(day)
    assert first <= day <= last
    assert precision.first_day(last) == first
    assert precision.last_day(first) == last


@pytest.mark.parametrize(
    ("precision", "shown"),
    [("year", "2024"), ("month", "February 2024"), ("day", "9 February 2024"), ("", "9 February 2024")],
)
def test_only_the_known_part_of_a_date_is_shown(precision, shown):
    with translation.override("en"):
        assert format_date(DAY, precision) == shown


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "precisions", "shown"),
    [
        (dt.date(2022, 1, 1), dt.date(2026, 12, 31), ("year", "year"), "2022 – 2026"),
        (dt.date(2024, 1, 1), dt.date(2024, 12, 31), ("year", "year"), "2024"),
        (dt.date(2010, 1, 1), None, ("year", ""), "2010"),
        (None, dt.date(2010, 12, 31), ("", "year"), "until 2010"),
        (None, None, ("", ""), ""),
    ],
)
def test_a_span_reads_as_one_date_where_both_ends_do(starts_on, ends_on, precisions, shown):
    with translation.override("en"):
        assert format_span(starts_on, ends_on, *precisions) == shown


@pytest.mark.parametrize(
    ("language", "one_month", "one_year", "two_years"),
    [
        ("nl", "12 – 18 oktober 2026", "28 mei – 2 juni 2026", "30 december 2025 – 2 januari 2026"),
        ("fr", "12 – 18 octobre 2026", "28 mai – 2 juin 2026", "30 décembre 2025 – 2 janvier 2026"),
        ("en", "12 – 18 October 2026", "28 May – 2 June 2026", "30 December 2025 – 2 January 2026"),
        ("ar", "12 – 18 أكتوبر 2026", "28 ماي – 2 يونيو 2026", "30 دجنبر 2025 – 2 يناير 2026"),
    ],
)
def test_a_span_names_a_month_and_a_year_once(language, one_month, one_year, two_years):
    with translation.override(language):
        assert format_span(dt.date(2026, 10, 12), dt.date(2026, 10, 18)) == one_month
        assert format_span(dt.date(2026, 5, 28), dt.date(2026, 6, 2), "day", "") == one_year
        assert format_span(dt.date(2025, 12, 30), dt.date(2026, 1, 2)) == two_years


def test_a_span_with_an_end_known_less_exactly_names_both_in_full():
    with translation.override("nl"):
        assert format_span(dt.date(2026, 5, 28), dt.date(2026, 6, 30), "day", "month") == "28 mei 2026 – juni 2026"
        assert format_span(dt.date(2026, 5, 1), dt.date(2026, 6, 30), "month", "month") == "mei 2026 – juni 2026"


@pytest.mark.django_db
class TestSpan:
    def span(self, **fields):
        period = PartnershipPeriod(partnership=Partnership.objects.create(slug="a"), number=1, state="active", **fields)
        period.full_clean(exclude=["reason_nl"])
        return period

    def test_a_date_without_a_precision_is_a_day(self):
        span = self.span(starts_on=DAY)
        assert (span.starts_precision, span.ends_precision) == ("day", "")

    def test_a_precision_without_a_date_goes(self):
        assert self.span(starts_precision="year").starts_precision == ""

    def test_reversed_dates_are_named_beside_the_end(self):
        with pytest.raises(ValidationError) as refused:
            self.span(starts_on=DAY, ends_on=DAY - dt.timedelta(days=1))
        assert set(refused.value.message_dict) == {"ends_on"}


@pytest.mark.parametrize(
    ("value", "kind"),
    [("31/02/2026", "text"), ("2026-02-31", "text"), ("tomorrow", "text"), ("2026-02-28", "date"), ("", "date")],
)
def test_what_is_no_day_stays_in_its_field_as_it_was_typed(value, kind):
    written = DayInput().render("day", value)
    assert f'type="{kind}"' in written
    assert not value or f'value="{value}"' in written
