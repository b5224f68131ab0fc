"""Amounts, as people in four languages type and read them."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from portal.ground.forms import NOT_A_FIGURE, AmountField, RateField
from portal.ground.money import MAX_AMOUNT, NOT_A_NUMBER, NOT_A_RATE, format_amount, format_rate, parse_amount, to_euro
from portal.ground.wording import listed

amounts = st.decimals(min_value=Decimal("0.01"), max_value=MAX_AMOUNT, places=2)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1234.56", "1234.56"),
        ("1234,56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1 234,56", "1234.56"),
        ("1\N{NO-BREAK SPACE}234,56", "1234.56"),
        ("1\N{NARROW NO-BREAK SPACE}234,56", "1234.56"),
        ("1'234.56", "1234.56"),
        ("1’234,56", "1234.56"),
        ("١٢٣٤٫٥٦", "1234.56"),
        ("١٬٢٣٤٫٥٦", "1234.56"),
        ("1.234", "1234.00"),
        ("1,234", "1234.00"),
        ("1.234.567", "1234567.00"),
        ("1,234,567.8", "1234567.80"),
        ("0,5", "0.50"),
        ("12", "12.00"),
        ("+7", "7.00"),
        ("-7,5", "-7.50"),
    ],
)
def test_an_amount_is_read_as_its_writer_means_it(typed, amount):
    assert parse_amount(typed) == Decimal(amount)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "abc",
        "12 euro",
        "1,2,3",
        "1.23.456",
        "12,345.6.7",
        "1.234,567",
        "0.1234",
        "0,500",
        "0.001",
        "012.345",
        "--5",
        "1e5",
        "NaN",
        "∞",
        "²",
    ],
)
def test_what_is_no_amount_is_refused_with_a_sentence(typed):
    with pytest.raises(ValidationError) as refused:
        parse_amount(typed)
    assert refused.value.message == NOT_A_NUMBER


@given(amounts)
def test_every_amount_shown_can_be_typed_back_in_every_language(amount):
    for language in ("nl", "fr", "en", "ar"):
        with translation.override(language):
            shown = format_amount(amount)
        assert " " not in shown, "an amount does not break over two lines"
        assert parse_amount(shown.removesuffix("€")) == amount


@given(st.text(max_size=20))
def test_no_text_at_all_is_an_error_of_the_machine(text):
    try:
        amount = parse_amount(text)
    except ValidationError:
        return
    assert amount == amount.quantize(Decimal("0.01"))


@given(amounts, st.decimals(min_value=Decimal("0.5"), max_value=Decimal(20), places=6))
def test_the_euro_value_is_the_nearest_cent(original, rate):
    assert abs(to_euro(original, rate) - original / rate) <= Decimal("0.005")


def test_another_currency_is_named():
    with translation.override("nl"):
        assert format_amount(Decimal(4200), "MAD").endswith("\N{NO-BREAK SPACE}MAD")
    assert format_amount(None) == ""


@pytest.mark.parametrize(
    ("language", "rate", "amount"),
    [("nl", "10,80", "1234,50"), ("fr", "10,80", "1234,50"), ("en", "10.80", "1234.50"), ("ar", "10,80", "1234,50")],
)
def test_a_field_shows_numbers_as_its_reader_types_them(language, rate, amount):
    with translation.override(language):
        assert RateField().prepare_value(Decimal("10.800000")) == rate
        assert AmountField().prepare_value(Decimal("1234.5")) == amount
        assert RateField().clean(rate) == Decimal("10.80")
        assert AmountField().clean(amount) == Decimal("1234.50")


def test_a_rate_keeps_its_decimals():
    with translation.override("nl"):
        assert format_rate(Decimal("10.851200")) == "10,8512"


@pytest.mark.parametrize(("language", "text"), [("nl", "a, b"), ("ar", "a، b")])
def test_a_list_has_the_comma_of_its_language(language, text):
    with translation.override(language):
        assert listed(["a", "", "b"]) == text


@pytest.mark.parametrize(("language", "text"), [("nl", "a, 1; b"), ("ar", "a, 1\N{ARABIC SEMICOLON} b")])
def test_items_with_commas_stand_apart_by_the_semicolon_of_their_language(language, text):
    with translation.override(language):
        assert listed(["a, 1", "", "b"], with_commas=True) == text


@pytest.mark.parametrize("language", ["en", "nl", "fr", "ar"])
def test_the_example_in_a_refusal_is_written_as_the_page_writes_amounts(language):
    with translation.override(language):
        shown = format_amount(Decimal("1234.56")).split("\N{NO-BREAK SPACE}€")[0]
        shown = shown.replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\N{NO-BREAK SPACE}", " ")
        assert [shown in str(sentence) for sentence in (NOT_A_NUMBER, NOT_A_FIGURE)] == [True, True]
        assert format_rate(Decimal("10.85")) in str(NOT_A_RATE)
