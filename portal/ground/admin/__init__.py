"""The administration: Django's own, with the portal's access, audit and import in it."""

import allauth.account.admin  # registers what is taken away below
import allauth.mfa.admin  # noqa: F401 - likewise
import django_tasks_db.admin  # noqa: F401 - likewise
from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from portal.ground.admin.accounts import SecondFactorAdmin, UserAdmin
from portal.ground.admin.base import (
    CountedInlineFormSet,
    PartStacked,
    PartTabular,
    PortalAdmin,
    ReadOnlyMixin,
    TranslatedAdmin,
    TranslatedStacked,
    TranslatedTabular,
    VisibleFilter,
    visible,
)
from portal.ground.admin.forms import AdminForm, VersionedForm

__all__ = [
    "AdminForm",
    "CountedInlineFormSet",
    "PartStacked",
    "PartTabular",
    "PortalAdmin",
    "ReadOnlyMixin",
    "TranslatedAdmin",
    "TranslatedStacked",
    "TranslatedTabular",
    "UserAdmin",
    "VersionedForm",
    "VisibleFilter",
    "visible",
]

admin.site.site_header = settings.SITE_NAME
admin.site.site_title = settings.SITE_NAME
admin.site.index_title = _("Administration")
# One door for everybody: the portal's sign-in has the rate limits and asks for the second factor.
admin.site.login = secure_admin_login(admin.site.login)
# Roles stand in the memberships; a group would give rights that no page of the portal asks about.
admin.site.unregister(Group)
# The address of a person stands in the account, whose changes are audited.
admin.site.unregister(EmailAddress)
admin.site.unregister(Authenticator)
admin.site.register(Authenticator, SecondFactorAdmin)
# Background work is machinery; what came of it stands on the page that asked for it.
admin.site.unregister(DBTaskResult)
