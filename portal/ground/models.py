"""Accounts, the audit trail, and the keys that make a form safe to send twice."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.ground.constraints import EmptiedOnly


class ReminderDays(models.IntegerChoices):
    """After how many days somebody is reminded again of what waits; each chooses for themselves."""

    NEVER = 0, _("never")
    DAILY = 1, _("each day")
    WEEKLY = 7, _("once a week")
    FORTNIGHTLY = 14, _("every two weeks")
    MONTHLY = 28, _("every four weeks")


class StartPage(models.TextChoices):
    """What stands on top of a person's overview; each chooses for themselves."""

    USUAL = "usual", _("what is usual for my role")
    BUTTONS = "buttons", _("three large buttons")
    FULL = "full", _("no large buttons")


class User(AbstractUser):
    """A person who signs in. Roles stand in Membership; an administrator is a superuser."""

    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="nl")
    reminder_days = models.PositiveSmallIntegerField(_("reminders by e-mail"), choices=ReminderDays, default=7)
    start_page = models.CharField(_("on top of the overview"), max_length=7, choices=StartPage, default=StartPage.USUAL)
    # Opening the overview says nothing about having read it: a button does.
    news_read_at = models.DateTimeField(_("news read until"), null=True, blank=True, editable=False)
    has_first_steps = models.BooleanField(_("shows the first steps on the overview"), default=True)
    is_demonstration = models.BooleanField(
        _("demonstration account"),
        default=False,
        editable=False,
        help_text=_("Its password is public; it exists only beside demonstration data."),
    )
    erased_on = models.DateField(_("erased on"), null=True, blank=True, editable=False)

    class Meta(AbstractUser.Meta):
        verbose_name = _("user")  # type: ignore[assignment]
        verbose_name_plural = _("users")  # type: ignore[assignment]

    def __str__(self):
        return self.username if self.erased_on is None else gettext("an account that was erased")


class AuditEntryQuerySet(models.QuerySet):
    """Questions about the audit trail."""

    def about(self, obj: models.Model) -> "AuditEntryQuerySet":
        """Return the entries about a record and about the parts of it, newest first."""
        label = obj._meta.label_lower
        return self.filter(
            models.Q(target_type=label, target_id=obj.pk) | models.Q(parent_type=label, parent_id=obj.pk)
        ).order_by("-at", "-pk")


class AuditEntry(models.Model):
    """Who did what to which record, and when. The database refuses to change or delete one.

    It lets one be emptied, once, of what it says of somebody who is to be forgotten (see EmptiedOnly).
    """

    class Verb(models.TextChoices):
        CREATE = "create", _("created")
        UPDATE = "update", _("changed")
        DELETE = "delete", _("deleted")
        WITHDRAW = "withdraw", _("withdrawn")
        RESTORE = "restore", _("restored")
        TRANSITION = "transition", _("moved to another status")
        LOCK = "lock", _("locked")
        REOPEN = "reopen", _("reopened")
        IMPORT = "import", _("imported")
        EXPORT = "export", _("exported")
        READ = "read", _("read")
        ERASE = "erase", _("erased")
        # By who had a link that somebody handed out, without an account: the entry has no actor.
        LINK = "link", _("saved by link")

    at = models.DateTimeField(_("at"), auto_now_add=True)
    # Rows are kept for good, so the people in them are deactivated, not deleted.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    verb = models.CharField(_("what happened"), max_length=12, choices=Verb)
    target_type = models.CharField(_("kind of record"), max_length=60)
    target_id = models.BigIntegerField(_("number of the record"), null=True)
    target_text = models.CharField(_("record"), max_length=200)
    parent_type = models.CharField(_("part of: kind"), max_length=60, blank=True, default="")
    parent_id = models.BigIntegerField(_("part of: number"), null=True, blank=True)
    changes = models.JSONField(_("changes"), default=dict, blank=True)
    reason = models.TextField(_("reason"), blank=True, default="")
    emptied_at = models.DateTimeField(_("emptied at"), null=True, blank=True, editable=False)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["target_type", "target_id"], name="audit_target"),
            models.Index(fields=["parent_type", "parent_id"], name="audit_parent"),
            models.Index(fields=["-at", "-id"], name="audit_newest"),
        ]
        constraints = [
            EmptiedOnly(name="audit_append_only", mark="emptied_at", emptied=["target_text", "changes", "reason"])
        ]

    def __str__(self):
        return f"{self.get_verb_display()}: {self.target_text or self.target_id}"


class Submission(models.Model):
    """A form that was sent: its key, and the record that came of it (see services in each app)."""

    key = models.UUIDField(_("key"), unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("by"))
    sent_at = models.DateTimeField(_("sent at"), auto_now_add=True)
    target_type = models.CharField(_("kind of record"), max_length=60, default="")
    target_id = models.BigIntegerField(_("number of the record"), null=True)

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")

    def __str__(self):
        return str(self.key)


class Letter(models.Model):
    """A mail of the portal to one person: written once, and tried until the mail server takes it."""

    key = models.CharField(_("key"), max_length=120, unique=True)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="letters", verbose_name=_("to")
    )
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("text"))
    written_at = models.DateTimeField(_("written at"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    try_again_at = models.DateTimeField(_("to be tried again at"), null=True, blank=True)
    failure = models.CharField(_("why it could not be sent"), max_length=250, blank=True, default="")

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-written_at", "-pk"]

    def __str__(self):
        return self.subject


class AccessToken(models.Model):
    """A key with which a person's own programs ask and write in their name. Only its SHA-256 is kept."""

    class Scope(models.TextChoices):
        READ = "read", _("read only")
        WRITE = "write", _("read and write")
        FEED = "feed", _("calendar feed")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="access_tokens", verbose_name=_("user")
    )
    label = models.CharField(_("what it is for"), max_length=80)
    scope = models.CharField(_("what it may do"), max_length=5, choices=Scope, default=Scope.READ)
    secret_sha256 = models.CharField(_("SHA-256"), max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    last_used_on = models.DateField(_("last used on"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    class Meta:
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")
        ordering = ["-made_at", "-pk"]

    def __str__(self):
        return self.label
