"""Records that a locked year keeps: the administration asks what the pages of the portal ask."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from partnerships.admin.base import (
    OwnPartnershipForm,
    OwnTabular,
    OwnTranslatedAdmin,
    OwnTranslatedStacked,
    OwnVersionedForm,
)
from partnerships.services.days import hold_day, is_locked
from portal.ground.admin import CountedInlineFormSet
from portal.ground.admin.base import NamedFormSet


class DatedForm(OwnPartnershipForm):
    """A record that is not written into a locked year."""

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.errors or not self.has_changed():
            return
        try:
            hold_day(self.instance)
        except ValidationError as error:
            self.add_error(None, error)


class DatedVersionedForm(DatedForm, OwnVersionedForm):
    """A record that is not written into a locked year, and that several people edit."""


class DatedFormSet(CountedInlineFormSet):
    """Parts of a record; a locked year keeps those that are dated in it."""

    def clean(self) -> None:
        """Refuse to take away what a locked year holds."""
        super().clean()
        for form in self.deleted_forms:
            if form.instance.pk:
                try:
                    hold_day(form.instance)
                except ValidationError as error:
                    raise ValidationError(error.messages) from None


class DatedTable(DatedFormSet, NamedFormSet):
    """The same in a table."""


class DatedTabular(OwnTabular):
    """Dated parts of a record, in a table."""

    form = DatedForm
    formset = DatedTable


class DatedStacked(OwnTranslatedStacked):
    """Dated parts of a record, below each other, their texts in four languages."""

    form = DatedForm
    formset = DatedFormSet


class DatedAdmin(OwnTranslatedAdmin):
    """Titled records with a day; what is dated in a locked year is only shown."""

    form: Any = DatedForm
    search_fields = ["slug", "title_nl", "title_fr", "title_en", "title_ar"]
    prepopulated_fields: Any = {"slug": ["title"]}
    readonly_fields = ["is_demonstration"]
    parent_field = "partnership"

    def is_closed(self, obj: Any) -> bool:
        """Say whether a locked year holds it."""
        return is_locked(obj)

    def save_part(self, row: Any, parent: Any) -> None:
        """Save a part; whoever has its form open is shown that it changed."""
        if row.pk and hasattr(row, "version"):
            row.version += 1
        super().save_part(row, parent)
