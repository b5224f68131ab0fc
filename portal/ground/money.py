"""Amounts of money: Decimal, two places; typed and shown as its reader writes them."""

import re
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

CENT = Decimal("0.01")
RATE_STEP = Decimal("0.000001")
MAX_AMOUNT = Decimal("99999999.99")
NOT_A_NUMBER = _("Type the amount in digits, for example 1,234.56.")
NOT_A_RATE = _("Type the rate as a number above zero, for example 10.85.")
_LATIN_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩٫٬", "0123456789,'")


class Currency(models.TextChoices):
    """The currencies in which the partners spend (ISO 4217)."""

    EUR = "EUR", _("euro")
    MAD = "MAD", _("Moroccan dirham")


def parse_amount(text: str) -> Decimal:
    """Return the amount that a person typed, with a decimal comma or point, whichever is theirs.

    `1.234,56`, `1,234.56`, `1 234,56` and `١٢٣٤٫٥٦` are all 1234.56. One separator followed by exactly
    three digits groups thousands, because money has two places; `0,500` groups nothing and is refused. Raises
    ValidationError.
    """
    digits = re.sub(r"[\s'’]", "", text.translate(_LATIN_DIGITS))
    if not re.fullmatch(r"[+-]?\d[\d.,]*", digits):
        raise ValidationError(NOT_A_NUMBER, code="invalid")
    separators = [character for character in digits if character in ".,"]
    last = digits.rfind(separators[-1]) if separators else len(digits)
    decimals = digits[last + 1 :]
    groups_only = len(set(separators)) == 1 and (len(separators) > 1 or len(decimals) == 3)
    if groups_only:
        whole, decimals = digits, ""
    else:
        whole = digits[:last]
    if not re.fullmatch(r"[+-]?\d+|[+-]?[1-9]\d{0,2}([.,]\d{3})+", whole) or len(decimals) > 2:
        raise ValidationError(NOT_A_NUMBER, code="invalid")
    try:
        return Decimal(f"{re.sub('[.,]', '', whole)}.{decimals or '0'}").quantize(CENT)
    except InvalidOperation:
        raise ValidationError(NOT_A_NUMBER, code="invalid") from None


def parse_rate(text: str) -> Decimal:
    """Return the rate of exchange that a person typed: more than zero, at most six decimals. Raises ValidationError."""
    digits = re.sub(r"\s", "", text.translate(_LATIN_DIGITS)).replace(",", ".")
    if not re.fullmatch(r"\d{1,5}(\.\d{1,6})?", digits) or not Decimal(digits):
        raise ValidationError(NOT_A_RATE, code="invalid")
    return Decimal(digits)


def to_euro(original: Decimal, rate: Decimal) -> Decimal:
    """Return an amount in euro, to the cent; `rate` is units of the other currency for one euro."""
    return (original / rate).quantize(CENT, rounding=ROUND_HALF_EVEN)


def format_rate(rate: Decimal) -> str:
    """Return a rate of exchange as the active language writes it, with the decimals that it has, at least two."""
    return number_format(rate, decimal_pos=max(2, -int(rate.normalize().as_tuple().exponent)), use_l10n=True)


def format_amount(amount: Decimal | None, currency: str = Currency.EUR) -> str:
    """Return an amount as the active language writes it, with its currency behind it and no breaking space."""
    if amount is None:
        return ""
    number = number_format(amount, decimal_pos=2, use_l10n=True, force_grouping=True)
    return f"{number} {'€' if currency == Currency.EUR else currency}".replace(" ", "\N{NO-BREAK SPACE}")


class ExactSum(models.Sum):
    """A sum of amounts, exact on both engines and never None; SQLite itself would add floating-point numbers."""

    def as_sqlite(self, compiler, connection, **extra):
        """Add whole cents."""
        # Named on a copy and not in the call: Django adds the filter to the template of the expression itself.
        cents = self.copy()
        cents.template = "SUM(CAST(ROUND(%(expressions)s * 100) AS INTEGER))"
        return super(ExactSum, cents).as_sql(compiler, connection, **extra)

    def get_db_converters(self, connection):
        """Return what turns a sum into a Decimal of two places."""
        cents = connection.vendor == "sqlite"
        return [lambda value, *_rest: _amount_of(value, cents=cents)]


def _amount_of(value: object, *, cents: bool) -> Decimal:
    if value is None:
        return Decimal("0.00")
    return (Decimal(str(value)) / 100 if cents else Decimal(str(value))).quantize(CENT)
