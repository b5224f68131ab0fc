"""Dates known to the year, the month or the day, and spans of them."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from partnerships.models import Partnership, PartnershipPeriod
from portal.ground.dates import Precision, format_date, format_span

DAY = dt.date(2024, 2, 9)


@given(st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2200, 1, 1)), st.sampled_from(Precision))
def test_a_precision_spans_its_day(day, precision):
    first, last = precision.first_day(day), precision.last_day(day)
    assert first <= day <= last
    assert precision.first_day(last) == first
    assert precision.last_day(first) == last


@pytest.mark.parametrize(
    ("precision", "shown"),
    [("year", "2024"), ("month", "February 2024"), ("day", "Feb. 9, 2024"), ("", "Feb. 9, 2024")],
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
