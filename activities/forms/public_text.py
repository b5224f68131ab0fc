"""The forms of what the public reads about an activity."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from activities.models import Photo, PublicText
from activities.small_counts import told_of
from partnerships.forms.pointing import AskingForm
from partnerships.forms.texts import InLanguages
from portal.ground.carry import author_token
from portal.ground.forms import PortalForm, PortalModelForm, RowsField, TextField
from portal.ground.models import User
from portal.ground.wording import joined

HIDDEN = ["submission_key", "version", "author"]


class PhotosField(RowsField):
    """Photos to choose by their day and caption."""

    def label_from_instance(self, obj: Any) -> str:
        return joined(obj.log_entry.span_text, obj.caption or obj.original_name)


class PublicTextForm(AskingForm, InLanguages, PortalModelForm):
    """A title and a text for the public in one language or several, and photos that may be shown."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    author = forms.CharField(widget=forms.HiddenInput, required=False)
    photos = PhotosField(
        label=_("Photos"),
        queryset=Photo.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Those of the log to whose publication everybody agreed. Captions are not shown."),
    )
    texts = {"title": True, "text": False}
    needed = ["title", "text"]
    why_asked = _(
        "Your text names a small number of people of a vulnerable group: %(figures)s. Everybody reads it, and somebody "
        "could be recognised. Say “some” or “most”."
    )

    class Meta:
        model = PublicText
        fields: list[str] = []

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_texts(self.instance)
        rows = Photo.objects.publishable().filter(log_entry__activity=self.instance.activity_id)
        self.fields["photos"].queryset = rows.select_related("log_entry").order_by("log_entry__starts_on", "pk")
        if self.instance.pk:
            self.initial.setdefault("photos", list(self.instance.photos.values_list("pk", flat=True)))
        self.initial |= {"author": author_token(user), "version": self.instance.version if self.instance.pk else 0}
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(*HIDDEN, *self.text_layout(), "points_at_nobody", "photos")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        self.check_texts(values)
        return values

    def pointing(self) -> dict[str, list[str]]:
        """Return the figures that are small counts of the activity's log."""
        texts = {name: self.cleaned_data.get(name) for name in self.text_columns()}
        before = {name: getattr(self.instance, name) or "" for name in texts}
        return told_of(self.instance.activity, texts, before)

    def columns(self) -> list[str]:
        """Return the names of the fields that are columns of the row."""
        return self.text_columns()

    @property
    def values(self) -> dict[str, Any]:
        """The columns of the row, as the services take them. Call it after `is_valid`."""
        return {name: self.cleaned_data[name] for name in self.columns()}


class TakeBackForm(PortalForm):
    """Why a public text is withdrawn."""

    reason = TextField(label=_("Why is the text withdrawn?"), rows=3, max_length=2000)
    author = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["author"] = author_token(user)
