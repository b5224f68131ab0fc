"""Organisations: which a reader may see, and what one of them does in the reader's partnerships."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from activities.badges import badge
from activities.models import Activity, ActivityOrganisation, Product
from partnerships.models import Municipality, Organisation, OrganisationRole, Partnership
from portal.ground.lists import Filter, enum_choices, matching, named_choices
from portal.ground.models import User
from portal.ground.wording import joined, languages_of, listed, translated
from portal.roof.overviews.parts import Item

SEARCHED = [*languages_of("name"), "aliases__name"]


def organisations_for(user: User):
    """Return the organisations that have to do with a partnership of the reader; an administrator's are all."""
    if user.is_superuser:
        return Organisation.objects.all()
    partnerships = Partnership.objects.visible_to(user).values("pk")
    roles = OrganisationRole.objects.filter(partnership__in=partnerships).values("organisation")
    parts = ActivityOrganisation.objects.filter(activity__partnership__in=partnerships).values("organisation")
    shown = Product.objects.filter(partnership__in=partnerships, showings__venue__isnull=False)
    return Organisation.objects.filter(
        Q(pk__in=roles)
        | Q(pk__in=parts)
        | Q(pk__in=shown.values("showings__venue"))
        | Q(decisions__partnership__in=partnerships)
        | Q(milestones__partnership__in=partnerships)
        | Q(courses__partnership__in=partnerships)
    ).distinct()


def filters_for(user: User) -> list[Filter]:
    """Return the filters of the list with the choices that the reader has."""
    partnerships = Partnership.objects.visible_to(user)
    towns = Municipality.objects.filter(organisations__in=organisations_for(user)).distinct()
    return [
        Filter("partnership", _("Partnership"), named_choices(partnerships)),
        Filter("municipality", _("Municipality"), named_choices(towns)),
        Filter("role", _("Role"), enum_choices(OrganisationRole.Role)),
    ]


def narrowed(organisations, *, user: User, chosen: dict[str, str], search: str):
    """Return the organisations that meet every filter chosen; a role counts in a partnership of the reader only."""
    if "municipality" in chosen:
        organisations = organisations.filter(municipality=chosen["municipality"])
    if {"partnership", "role"} & set(chosen):
        roles = OrganisationRole.objects.visible_to(user)
        wanted = {name: chosen[name] for name in ("partnership", "role") if name in chosen}
        organisations = organisations.filter(pk__in=roles.filter(**wanted).values("organisation"))
    if search:
        found = Organisation.objects.filter(matching(search, SEARCHED)).values("pk")
        organisations = organisations.filter(pk__in=found)
    return organisations


def rows_of(keys: Sequence[int], *, user: User) -> list[dict[str, Any]]:
    """Return organisations as rows of components/table.html."""
    found = Organisation.objects.filter(pk__in=keys).select_related("municipality").prefetch_related("aliases")
    organisations = list(found.order_by("slug"))
    roles: dict[int, list[str]] = {}
    for row in OrganisationRole.objects.visible_to(user).filter(organisation__in=organisations).order_by("role"):
        roles.setdefault(row.organisation_id, []).append(row.get_role_display())
    return [
        {
            "url": reverse("partnerships:organisation_detail", args=[row.slug]),
            "cells": [
                {
                    "text": str(row),
                    "lang": translated(row, "name").lang,
                    "note": listed(alias.name for alias in row.aliases.all()),
                },
                capfirst(row.get_kind_display()),
                str(row.municipality or ""),
                listed(dict.fromkeys(roles.get(row.pk, []))),
            ],
        }
        for row in organisations
    ]


def facts_of(organisation: Organisation) -> list[dict[str, Any]]:
    """Return what an organisation is. Shown by components/fact_list.html."""
    website = organisation.website
    facts: list[dict[str, Any]] = [
        {"term": _("Kind"), "value": capfirst(organisation.get_kind_display())},
        {"term": _("Municipality"), "value": organisation.municipality},
        {"term": _("Also written"), "lines": [joined(alias.name) for alias in organisation.aliases.all()]},
        {"term": _("Website"), "value": website, "url": website if website.startswith(("http://", "https://")) else ""},
    ]
    return [fact for fact in facts if fact.get("value") or fact.get("lines")]


def roles_of(organisation: Organisation, *, user: User) -> list[Item]:
    """Return the roles that an organisation has, or had, in the reader's partnerships."""
    rows = OrganisationRole.objects.visible_to(user).filter(organisation=organisation).select_related("partnership")
    return [
        Item(
            translated(row.partnership, "name"),
            joined(capfirst(row.get_role_display()), row.span_text),
            url=reverse("partnerships:detail", args=[row.partnership.slug]),
            side=row.side,
        )
        for row in rows.order_by("partnership", "role")
    ]


def activities_of(organisation: Organisation, *, user: User) -> list[Item]:
    """Return the activities of the reader's partnerships in which an organisation takes part."""
    visible = Activity.objects.visible_to(user).values("pk")
    rows = organisation.activity_roles.filter(activity__in=visible).select_related("activity")
    return [
        Item(
            translated(row.activity, "title"),
            joined(capfirst(row.get_role_display()), row.activity.span_text),
            url=reverse("activities:detail", args=[row.activity_id]),
            side=row.activity.side,
            badge=badge(row.activity.status),
        )
        for row in rows.order_by("activity")
    ]
