"""Spreadsheets of activities and expenditures as the administration lists them."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.eligibility import Claim, Rulebook
from activities.models import Activity, ActivityOrganisation, Expenditure
from activities.rules import check_change, check_status, is_locked, refuse
from activities.services.delays import follow_status
from activities.services.money import DRAWN, DRAWS, fixed_because
from activities.small_counts import small_counts_in, told_of
from beneficiaries.small_figures import newly_told
from partnerships.forms.pointing import in_one_sentence
from partnerships.models import FundingSource, Organisation, Place
from partnerships.resources import OwnPartnershipResource, SluggedResource
from partnerships.services import hold_years_open
from portal.ground.columns import BySlug, BySlugs, Choice, Column, KnownDate, YesNo, as_text
from portal.ground.money import to_euro

LANGUAGES = ("nl", "fr", "en", "ar")
TEXTS = [f"{name}_{code}" for name in ("title", "summary", "status_note") for code in LANGUAGES]


class Organisations(BySlugs):
    """Organisations with what each does: `city-museum: hosts, red-cross: takes part`."""

    def __init__(self):
        super().__init__(Organisation)
        self.role = Choice(ActivityOrganisation.Role.choices)

    def read(self, value):
        links = {}
        for pair in filter(None, re.split(r"\s*[,;\n]\s*", as_text(value))):
            slug, _colon, role = pair.partition(":")
            organisation = self.get(slug.strip())
            role = self.role.read(role) or ActivityOrganisation.Role.PARTNER
            links[organisation.pk] = ActivityOrganisation(organisation=organisation, role=role)
        return list(links.values())

    def write(self, value):
        rows = value.all() if isinstance(value, models.Manager) else value or []
        return ", ".join(sorted(f"{row.organisation.slug}: {row.get_role_display()}" for row in rows))


class PlaceColumn(Column):
    """A place. One that must not be found does not leave; its empty cell leaves it as it is."""

    def save(self, instance, row, **kwargs):
        hidden = instance.place and instance.place.is_confidential
        if not hidden or as_text(row[self.column_name]):
            super().save(instance, row, **kwargs)

    def export(self, instance, **kwargs):
        hidden = instance.place and instance.place.is_confidential
        return "" if hidden else super().export(instance, **kwargs)


class ActivityResource(SluggedResource, OwnPartnershipResource):
    """Activities with their links. What was invented for the demonstration says so."""

    starts_on = KnownDate("starts")
    ends_on = KnownDate("ends")
    place = PlaceColumn("place", BySlug(Place))
    organisation_roles = Column("organisation_roles", Organisations(), label=gettext_lazy("organisations"))
    is_demonstration = Column("is_demonstration", YesNo(), readonly=True)
    related = ["partnership", "programme", "part_of", "host_event", "place", "course", "outcome"]
    prefetched = ["themes", "target_groups", "organisation_roles__organisation"]

    class Meta:
        model = Activity
        fields = [
            "slug",
            "partnership",
            "programme",
            *TEXTS,
            "kind",
            "side",
            "status",
            "initiated_by",
            "starts_on",
            "ends_on",
            "is_recurring",
            "is_flagship",
            "place",
            "host_event",
            "part_of",
            "course",
            "outcome",
            "themes",
            "target_groups",
            "organisation_roles",
            "is_demonstration",
        ]

    def after_init_instance(self, instance, new, row, **kwargs):
        self.status_before = None if new else instance.status
        self.texts_before = {name: getattr(instance, name) or "" for name in TEXTS}
        super().after_init_instance(instance, new, row, **kwargs)

    def check(self, instance: Activity) -> None:
        super().check(instance)
        noted = any(getattr(instance, f"status_note_{code}") for code in LANGUAGES)
        try:
            check_status(self.status_before, instance.status, noted=noted, actor=self.actor)
        except ValidationError as error:
            raise ValidationError({"status": error}) from None
        if not instance._state.adding:
            check_change(instance)

    def warning(self, instance: Activity) -> str:
        return in_one_sentence(told_of(instance, {name: getattr(instance, name) for name in TEXTS}, self.texts_before))

    def before_save_instance(self, instance, row, **kwargs):
        if not instance._state.adding:
            instance.version += 1

    def after_save_instance(self, instance, row, **kwargs):
        # A sheet says how things are now, not since when: a delay that it ends has no known last day.
        follow_status(instance, self.status_before or "", actor=self.actor)

    def link(self, instance: models.Model, name: str, linked: list[Any]) -> None:
        if name != "organisation_roles":
            super().link(instance, name, linked)
            return
        kept = {role.organisation_id: role for role in instance.organisation_roles.all()}
        for role in linked:
            earlier = kept.pop(role.organisation_id, None)
            if earlier is None:
                role.activity = instance
                role.save()
            elif earlier.role != role.role:
                earlier.role = role.role
                earlier.save(update_fields=["role"])
        for role in kept.values():
            role.delete()


class Source(BySlug):
    """A funding source with its rules, which each row asks."""

    def __init__(self):
        super().__init__(FundingSource)

    def get(self, slug: str) -> models.Model:
        source = super().get(slug)
        models.prefetch_related_objects([source], "rules")
        return source


class ExpenditureResource(OwnPartnershipResource):
    """Expenditures. Without a number, the same activity, day, words and amount are the same expenditure."""

    source = Column("source", Source())
    withdrawn = Column("log_entry__withdrawn_at", YesNo(), label=gettext_lazy("withdrawn"), readonly=True)
    is_demonstration = Column("is_demonstration", YesNo(), readonly=True)
    related = ["activity__partnership", "source", "log_entry"]

    class Meta:
        model = Expenditure
        fields = [
            "id",
            "activity",
            "spent_on",
            "description",
            "source",
            "amount",
            "original_amount",
            "original_currency",
            "rate",
            "withdrawn",
            "is_demonstration",
        ]

    def key(self, row: dict[str, Any]) -> tuple:
        number = self._cell(row, "id")
        if number is None:
            return self._twin(row)
        if ("id", number) not in self.existing:
            raise ValidationError({"id": _("There is no expense with the number %(id)s.") % {"id": number}})
        return ("id", number)

    def load(self, rows: list[dict[str, Any]]) -> dict[tuple, Expenditure]:
        numbers = {self._cell(row, "id") for row in rows} - {None}
        activities = {activity.pk for activity in (self._cell(row, "activity") for row in rows) if activity}
        wanted = models.Q(pk__in=numbers) | models.Q(activity__in=activities)
        visible = Expenditure.objects.visible_to(self.actor).filter(wanted)
        loaded = visible.select_related(*self.related).select_for_update(of=("self",))
        found: dict[tuple, Expenditure] = {}
        self.book: Rulebook | None = None
        # Many rows are of one activity.
        self.counts_in = cache(small_counts_in)
        for expenditure in loaded:
            found["id", expenditure.pk] = expenditure
            found[expenditure.activity_id, expenditure.spent_on, expenditure.description, expenditure.amount] = (
                expenditure
            )
        return found

    def _twin(self, row: dict[str, Any]) -> tuple:
        """Return what tells an expenditure without a number from others; an unreadable row is like no other."""
        activity, day, text = (self._cell(row, name) for name in ("activity", "spent_on", "description"))
        amount = self._cell(row, "amount") or self._euro(self._cell(row, "original_amount"), self._cell(row, "rate"))
        return (activity.pk, day, text, amount) if activity and day and text and amount else (id(row),)

    def _cell(self, row: dict[str, Any], name: str) -> Any:
        """Return the value of a cell; None for one that is empty, absent or refused (each is told later)."""
        try:
            return self.fields[name].clean(row) if name in row else None
        except ValidationError:
            return None

    def _euro(self, original: Any, rate: Any) -> Any:
        return to_euro(original, rate) if original and rate else None

    def import_instance(self, instance, row, **kwargs):
        super().import_instance(instance, row, **kwargs)
        if instance.amount is None:
            instance.amount = self._euro(instance.original_amount, instance.rate)

    def check_stored(self, instance: Expenditure) -> None:
        super().check_stored(instance)
        if is_locked(instance):
            raise ValidationError({"spent_on": _("This expense is dated in a locked year.")})
        if instance.is_fixed:
            raise ValidationError(fixed_because(instance))

    def check(self, instance: Expenditure) -> None:
        super().check(instance)
        if self.cells_before and instance.drawdowns.exists():
            changed = [name for name in DRAWN if self.cells_before.get(name) != self.cells_after.get(name)]
            if changed:
                raise ValidationError({changed[0]: DRAWS})
        home = instance.activity.partnership_id
        if self.book is None or home not in self.book.programmes:
            # One rulebook for all rows of a partnership: each row is charged before the next is judged.
            self.book = Rulebook.load([home], hold=True)
        claim = Claim.of(instance)
        self.book.know_vouchers([claim])
        if instance.pk:
            stored = Expenditure.objects.filter(pk=instance.pk).select_related("activity", "log_entry")
            self.book.release(list(stored))
        refuse(self.book, claim)
        self.book.charge(claim)
        hold_years_open(instance.activity.partnership, days=[instance.spent_on], field="spent_on")

    def warning(self, instance: Expenditure) -> str:
        before = {"description": self.columns_before.get("description", "")}
        counts = self.counts_in(instance.activity)
        told = newly_told({"description": instance.description}, counts, before=before, counted=counts)
        return in_one_sentence(told)

    def parent_of(self, instance: Expenditure) -> models.Model:
        return instance.activity
