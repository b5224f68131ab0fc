"""The walk of tests/test_languages.py through the pages of results, and the mistakes that their forms know."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from partnerships.models import Indicator, IndicatorCorrection, IndicatorValue
from tests.cast import Cast
from tests.indicator_rows import (
    lock,
    make_indicator,
    make_result,
    make_rule,
    make_scale,
    make_target,
    make_value,
)

Visit = Callable[..., HttpResponse]


def results_walk(cast: Cast, client: Client, visit: Visit) -> Iterator[HttpResponse]:
    """Walk through a logframe and its indicators with everything that they may show, as officer."""
    client.force_login(cast.officer)
    counted, quality, share, value = _rows(cast)
    empty = reverse("partnerships:logframe", args=[cast.jette.programme.slug])
    yield visit(client, reverse("partnerships:logframe", args=[cast.gillis.programme.slug]))
    yield visit(client, empty)
    for row in (counted, quality, share):
        for name in ("indicator", "value_create", "targets_edit"):
            yield visit(client, reverse(f"partnerships:{name}", args=[row.slug]))
    yield from _mistakes(cast, counted, client, visit)
    targets = reverse("partnerships:targets_edit", args=[share.slug])
    yield visit(client, targets, data={"version": 1, "value_2024": "101", "note_2025": "2024"})
    correct = reverse("partnerships:value_correct", args=[value.pk])
    yield visit(client, correct)
    yield visit(client, correct, data={"value": "", "recorded_on": "2023-12-31", "reason": "", "language": "en"})
    back = reverse("partnerships:value_take_back", args=[share.values.get().pk])
    yield visit(client, back)
    yield visit(client, back, data={"reason": ""})


def _rows(cast: Cast) -> tuple[Indicator, Indicator, Indicator, IndicatorValue]:
    bond = cast.gillis
    impact = make_result(bond, "impact", assumptions="2024")
    output = make_result(bond, "output", make_result(bond, "outcome", impact))
    told = {"by_sex": True, "by_age": True, "by_group": True, "adds_parts": True, "adds_periods": True}
    counted = make_indicator(output, **told)
    quality = make_indicator(impact, measure="scale", scale=make_scale(), is_ascending=False)
    share = make_indicator(impact, baseline=50, baseline_year=2021, measure="percentage")
    limits: dict[str, Any] = {"sex": "women", "min_age": 15, "max_age": 60, "side": "partner"}
    make_rule(counted, **limits, themes=cast.themes, groups=[cast.youth])
    make_target(counted, 9)
    make_target(share, 40)
    make_value(counted, 9, by=cast.officer, starts_on=dt.date(2024, 2, 1), comment="2024", source="2024")
    make_value(share, 60, by=cast.officer)
    value = make_value(counted, 9, 2023)
    lock(bond, 2023)
    day = dt.date(2024, 5, 1)
    IndicatorCorrection.objects.create(corrects=value, recorded_on=day, value=8, reason="2024", language="en")
    return counted, quality, share, value


def _mistakes(cast: Cast, indicator: Indicator, client: Client, visit: Visit) -> Iterator[HttpResponse]:
    create = reverse("partnerships:value_create", args=[indicator.slug])
    wrong = {"value": "00,0,0", "starts_on": "2019-01-01", "ends_on": "2018-01-01", "language": "en"}
    yield visit(client, create, data=wrong)
    yield visit(client, create, data=wrong | {"value": "1", "starts_on": "2024-01-01", "ends_on": "2025-01-01"})
    typed = {"starts_on": "2025-01-01", "ends_on": "2025-12-31", "value": "7", "language": "en"}
    cell = f"part-women-{cast.age_bands[1].pk}-0"
    yield visit(client, create, data=typed | {cell: "3"})
    yield visit(client, create, data=typed | {cell: "-3"})
    yield visit(client, create, data=typed | {"fill": "1"})
