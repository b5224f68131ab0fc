"""Whose map it is: what a reader who is signed in sees of it, and what everybody does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse

from activities.models import Activity, ActivityOrganisation, Product, PublicText, Showing, Status
from beneficiaries.models import Course
from partnerships.models import Organisation, OrganisationRole, Partnership, PartnershipMunicipality, Place
from portal.ground.models import User
from portal.ground.wording import Wording, translated
from portal.roof.overviews.organisation import organisations_for

# What is thought of, or was called off, was done by nobody.
DONE = [Status.ONGOING, Status.DELAYED, Status.DONE]
RECEIVES = [ActivityOrganisation.Role.HOST, ActivityOrganisation.Role.BENEFITS]


@dataclass(frozen=True)
class Scope:
    """The rows that a map is made of, each of which its reader may see, and where more is read of them."""

    partnerships: QuerySet[Partnership]
    organisations: QuerySet[Organisation]
    places: QuerySet[Place]
    roles: QuerySet[OrganisationRole]
    activities: QuerySet[Activity]
    courses: Iterable[Course]
    showings: QuerySet[Showing]
    is_public: bool

    @property
    def homes(self) -> Iterable[tuple[int, int]]:
        """The municipalities of the partnerships, as (partnership, municipality)."""
        rows = PartnershipMunicipality.objects.filter(partnership__in=self.partnerships)
        return rows.order_by().values_list("partnership", "municipality")

    def title_of(self, activity: Any) -> Wording:
        """Return the title of an activity: for everybody the one that was released."""
        return translated(activity.released[0] if self.is_public else activity, "title")

    def url_of(self, activity: Any) -> str:
        """Return the page of an activity; everybody finds it from the page of its partnership."""
        return "" if self.is_public else reverse("activities:detail", args=[activity.pk])

    def url_of_organisation(self, organisation: Organisation) -> str:
        """Return the page of an organisation, which is the partners' alone."""
        return "" if self.is_public else reverse("partnerships:organisation_detail", args=[organisation.slug])


def of_reader(user: User) -> Scope:
    """Return what a reader who is signed in may see on the map."""
    partnerships = Partnership.objects.visible_to(user)
    activities = _findable(Activity.objects.visible_to(user))
    towns = PartnershipMunicipality.objects.filter(partnership__in=partnerships).values("municipality")
    places = Place.objects.filter(Q(municipality__in=towns) | Q(pk__in=activities.values("place")))
    courses = Course.objects.visible_to(user).filter(run_by__isnull=False).exclude(place__is_confidential=True)
    return Scope(
        partnerships=partnerships,
        organisations=_open(organisations_for(user)),
        places=places.filter(is_confidential=False),
        roles=OrganisationRole.objects.visible_to(user).order_by("role", "pk"),
        activities=_read(activities),
        courses=courses.select_related("target_group").order_by("pk"),
        showings=_venues(Product.objects.filter(partnership__in=partnerships)),
        is_public=False,
    )


def of_everybody() -> Scope:
    """Return what was released to everybody: rows marked for the public map, and activities with a released text."""
    partnerships = Partnership.objects.public()
    released = PublicText.objects.public()
    activities = _findable(Activity.objects.public()).filter(pk__in=released.values("activity"))
    roles = OrganisationRole.objects.public()
    parts = ActivityOrganisation.objects.filter(activity__in=activities).values("organisation")
    works = Product.objects.public()
    venues = _venues(works)
    organisations = Organisation.objects.filter(is_public=True).filter(
        Q(pk__in=roles.values("organisation")) | Q(pk__in=parts) | Q(pk__in=venues.values("venue"))
    )
    towns = PartnershipMunicipality.objects.public().values("municipality")
    return Scope(
        partnerships=partnerships,
        organisations=_open(organisations),
        places=Place.objects.filter(is_public=True, is_confidential=False, municipality__in=towns),
        roles=roles.order_by("role", "pk"),
        activities=_read(activities).prefetch_related(Prefetch("public_texts", released, to_attr="released")),
        courses=(),
        showings=venues,
        is_public=True,
    )


def _open(organisations: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """Return the organisations that may be found, read together with where they work from."""
    hidden = ActivityOrganisation.objects.filter(activity__place__is_confidential=True, role__in=RECEIVES)
    found = organisations.exclude(place__is_confidential=True).exclude(pk__in=hidden.values("organisation"))
    return found.select_related("place").prefetch_related("aliases").order_by("slug")


def _findable(activities: QuerySet[Activity]) -> QuerySet[Activity]:
    """Return what is or was done where everybody may know it."""
    return activities.filter(status__in=DONE).exclude(place__is_confidential=True)


def _read(activities: QuerySet[Activity]) -> QuerySet[Activity]:
    """Return the activities that say something of a place or an organisation, with their themes and groups."""
    parts = ActivityOrganisation.objects.values("activity")
    found = activities.filter(Q(place__isnull=False) | Q(pk__in=parts))
    return found.prefetch_related("themes", "target_groups", "organisation_roles").order_by("-starts_on", "pk")


def _venues(works: QuerySet[Product]) -> QuerySet[Showing]:
    """Return where works were shown, as far as it may be known."""
    rows = Showing.objects.filter(product__in=works, venue__isnull=False).exclude(place__is_confidential=True)
    return rows.select_related("product").order_by("pk")
