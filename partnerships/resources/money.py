"""Spreadsheets of the way that money goes: requests, grants, yearly tranches, transfers; asked what their pages ask."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.models import FundingRequest, Grant, Programme, Tranche, Transfer
from partnerships.resources.records import OwnPartnershipResource, SluggedResource
from partnerships.services import check_stage, hold_money, hold_request
from portal.ground.columns import BySlug, Column, KnownDate, Widget, YesNo, as_text

DAYS = ["granted_on", "claimed_on", "sent_on", "received_on"]


class ByReference(BySlug):
    """A grant, as `programme / source / reference`: the short names of two, and the reference as it is."""

    def __init__(self):
        super().__init__(Grant)

    def get(self, slug: str) -> models.Model:
        """Return the grant; one that is not visible is refused as if it were not there."""
        if slug not in self.found:
            parts = [part.strip() for part in slug.replace("\0", "").split("/", 2)]
            names = dict(zip(["programme__slug", "source__slug", "reference"], parts, strict=False))
            rows = Grant.objects.visible_to(self.actor).select_related("programme__partnership", "source")
            grant = rows.filter(**names).first() if len(names) == len(parts) == 3 else None
            if grant is None:
                sentence = _("There is no grant “%(grant)s”: write programme / source / reference.")
                raise ValidationError(sentence % {"grant": slug})
            self.found[slug] = grant
        return self.found[slug]

    def write(self, value):
        return f"{value.programme.slug} / {value.source.slug} / {value.reference}" if value else ""


class ReasonColumn(Column):
    """Why a warning of the funder is passed over. It goes into the history, and is no part of the record."""

    def __init__(self):
        super().__init__("reason", Widget(), label=gettext_lazy("why it is right all the same"))

    def export(self, instance, **kwargs):
        return ""


class StageResource(OwnPartnershipResource):
    """A stage on the way of the money, held and asked as on its page."""

    # What tells one row from the others; the first leads to the programme.
    told_by: list[str] = []

    def key(self, row: dict[str, Any]) -> tuple:
        found = tuple(self._cell(row, name) for name in self.told_by)
        return (id(row),) if None in found or "" in found else found

    def load(self, rows: list[dict[str, Any]]) -> dict[tuple, models.Model]:
        self._hold({self._cell(row, self.told_by[0]) for row in rows} - {None})
        known: Any = self._meta.model._default_manager
        wanted = {self._cell(row, self.told_by[-1]) for row in rows} - {None, ""}
        visible = known.visible_to(self.actor).filter(**{f"{self.told_by[-1]}__in": wanted})
        loaded = visible.select_related(*self.related).select_for_update(of=("self",))
        return {tuple(getattr(record, name) for name in self.told_by): record for record in loaded}

    def _hold(self, parents: set[Any]) -> None:
        """Hold the money before the rows, as everybody does who writes money."""
        programmes = [parent if isinstance(parent, Programme) else parent.programme for parent in parents]
        hold_money({programme.partnership_id for programme in programmes})

    def _cell(self, row: dict[str, Any], name: str) -> Any:
        """Return the value of a cell; None for one that is empty, absent or refused (each is told later)."""
        try:
            return self.fields[name].clean(row) if name in row else None
        except ValidationError:
            return None

    def check(self, instance: Any) -> None:
        super().check(instance)
        today = timezone.localdate()
        early = [name for name in DAYS if (day := getattr(instance, name, None)) and day > today]
        if early:
            raise ValidationError(dict.fromkeys(early, _("This day has not come yet.")))
        check_stage(instance, reason=self._reason(instance))

    def _reason(self, instance: Any) -> str:
        return getattr(instance, "reason", "") or ""

    def why(self, instance: models.Model) -> str:
        return " – ".join(filter(None, [self._reason(instance), super().why(instance)]))

    def before_save_instance(self, instance, row, **kwargs):
        if not instance._state.adding:
            instance.version += 1

    def parent_of(self, instance: Any) -> models.Model:
        return getattr(instance, self.told_by[0])


class GrantResource(StageResource):
    """Grants; programme, source and reference tell one from the others."""

    reason = ReasonColumn()
    is_demonstration = Column("is_demonstration", YesNo(), readonly=True)
    told_by = ["programme", "source", "reference"]
    related = ["programme__partnership", "source", "request"]

    class Meta:
        model = Grant
        fields = [
            "programme",
            "source",
            "reference",
            "request",
            "granted_on",
            "starts_on",
            "ends_on",
            "amount",
            "accepted_budget",
            "reason",
            "is_demonstration",
        ]


class TrancheResource(StageResource):
    """Tranches; the grant and the year tell one from the others."""

    grant = Column("grant", ByReference())
    reason = ReasonColumn()
    is_demonstration = Column("is_demonstration", YesNo(), readonly=True)
    told_by = ["grant", "year"]
    related = ["grant__programme__partnership", "grant__source"]

    class Meta:
        model = Tranche
        fields = [
            "grant",
            "year",
            "claimed_amount",
            "claimed_on",
            "received_amount",
            "received_on",
            "reason",
            "is_demonstration",
        ]


class TransferResource(StageResource):
    """Transfers; programme, source and reference tell one from the others."""

    reason = ReasonColumn()
    is_demonstration = Column("is_demonstration", YesNo(), readonly=True)
    told_by = ["programme", "source", "reference"]
    related = ["programme__partnership", "source"]

    class Meta:
        model = Transfer
        fields = [
            "programme",
            "source",
            "reference",
            "sent_on",
            "sent_amount",
            "bank_costs",
            "received_on",
            "received_amount",
            "reason",
            "is_demonstration",
        ]

    def import_instance(self, instance, row, **kwargs):
        super().import_instance(instance, row, **kwargs)
        if instance.bank_costs is None:
            instance.bank_costs = 0


class StateDate(KnownDate):
    """The day since which a request is in its state, as far as it is known."""

    def save(self, instance, row, is_m2m=False, **kwargs):  # noqa: FBT002 - the library's signature
        super().save(instance, row, is_m2m, **kwargs)
        instance.precision = instance.state_precision

    def export(self, instance, **kwargs):
        instance.state_precision = instance.precision
        return super().export(instance, **kwargs)


class FundingRequestResource(SluggedResource, OwnPartnershipResource):
    """Requests for money; here they are corrected, officers move them on the page of the programme's money."""

    state_on = StateDate("state")
    is_demonstration = Column("is_demonstration", YesNo(), readonly=True)
    related = ["partnership", "programme", "source"]

    class Meta:
        model = FundingRequest
        fields = [
            "slug",
            "partnership",
            "programme",
            "source",
            "side",
            *(f"purpose_{code}" for code in ("nl", "fr", "en", "ar")),
            "amount",
            "state",
            "state_on",
            "submitted_on",
            "decided_on",
            "decision_note",
            "is_demonstration",
        ]

    def load(self, rows: list[dict[str, Any]]) -> dict[str, models.Model]:
        hold_money(self.officer_in if any(as_text(row.get("slug")) for row in rows) else [])
        return super().load(rows)

    def check(self, instance: Any) -> None:
        super().check(instance)
        hold_request(instance)

    def before_save_instance(self, instance, row, **kwargs):
        if not instance._state.adding:
            instance.version += 1

    def parent_of(self, instance: FundingRequest) -> models.Model:
        return instance.partnership
