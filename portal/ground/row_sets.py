"""Rows of one kind in a form, as many as are needed: their number comes along, and is counted where it did not."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.forms.formsets import INITIAL_FORM_COUNT, TOTAL_FORM_COUNT, ManagementForm
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

NOT_WHOLE = _("Part of this form did not arrive. What did arrive still stands here: check it, and send it again.")


class CountedRows:
    """Makes a formset count its rows itself where their number did not arrive: it is refused, and nothing is lost.

    Django would drop every row then, and speak of its own inside.
    """

    # The field that says which stored row a row stands for.
    pk_name = "pk"

    @cached_property
    def management_form(self: Any) -> ManagementForm:
        """How many rows there are, as the form says or as its fields show."""
        form = super().management_form
        # A number below nought is one that Django takes, and drops every row by.
        if not self.is_bound or (form.is_valid() and form.cleaned_data[TOTAL_FORM_COUNT] >= 0):
            return form
        mine = re.compile(rf"{re.escape(self.prefix)}-(\d{{1,4}})-(\w+)\Z", re.ASCII)
        found = [(int(match[1]), match[2], name) for name in self.data if (match := mine.match(name))]
        stored = {index for index, field, name in found if field == self.pk_name and self.data[name]}
        counted = {
            TOTAL_FORM_COUNT: max((index + 1 for index, _field, _name in found), default=0),
            INITIAL_FORM_COUNT: len(stored),
        }
        data = {f"{self.prefix}-{name}": count for name, count in counted.items()}
        form = ManagementForm(data, auto_id=self.auto_id, prefix=self.prefix, renderer=self.renderer)
        form.full_clean()
        return form

    @property
    def is_whole(self: Any) -> bool:
        """Whether the number of rows arrived."""
        return not self.is_bound or self.management_form.data is self.data

    def full_clean(self: Any) -> None:
        """Check the rows, and refuse them where their number did not arrive."""
        super().full_clean()
        if not self.is_whole:
            self._non_form_errors.append(NOT_WHOLE)


class RowSet(CountedRows, forms.BaseFormSet):
    """Rows of a form of the portal's own pages."""
