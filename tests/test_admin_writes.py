"""What is written in the administration is checked, scoped, audited and never lost."""

import datetime as dt
import io
from decimal import Decimal

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import check_password
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import ModelForm
from django.urls import reverse
from PIL import Image

from activities.models import Activity, Document, Expenditure, LogEntry, Participation, Photo, Voucher
from partnerships.models import Membership, Municipality, Organisation, OrganisationAlias, Place, ProgrammeYear
from portal.ground.models import AuditEntry, User
from tests.cast import make_entry


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def page_of(client, model, pk=None):
    """Open a page and return what a browser would send back from it, unchanged."""
    response = client.get(address(model, "change", pk) if pk else address(model, "add"))
    assert response.status_code == 200
    context = response.context_data
    data = _sent(context["adminform"].form)
    for inline in context["inline_admin_formsets"]:
        data |= _sent(inline.formset.management_form)
        for form in inline.formset.forms:
            data |= _sent(form)
    return data


def _sent(form):
    values = {}
    for bound in form:
        value = bound.value()
        if value is None or value is False or getattr(bound.field.widget, "needs_multipart_form", False):
            continue
        if isinstance(value, list | tuple):
            value = [getattr(item, "pk", item) for item in value]
        values[bound.html_name] = "on" if value is True else value
    return values


@pytest.fixture
def boss(cast, client_of):
    return client_of(cast.administrator)


@pytest.fixture
def officer(cast, client_of):
    """Sign in an officer of Jette alone who works in the administration."""
    cast.officer.memberships.exclude(partnership=cast.jette.partnership).delete()
    cast.officer.is_staff = True
    cast.officer.save()
    return client_of(cast.officer)


@pytest.fixture
def entry(cast):
    return make_entry(cast.jette.partner, cast.coordinator_north)


def last(obj=None):
    entries = AuditEntry.objects.order_by("pk")
    return (entries.filter(target_type=obj._meta.label_lower, target_id=obj.pk) if obj else entries).last()


def test_add_change_and_delete_leave_entries(cast, boss):
    data = {"slug": "oujda", "name_nl": "Oujda", "country": "MA"}
    assert boss.post(address(Municipality, "add"), data).status_code == 302
    town = Municipality.objects.get(slug="oujda")
    assert (last(town).verb, last(town).actor, last(town).changes["name_nl"]) == ("create", cast.administrator, "Oujda")
    boss.post(address(Municipality, "change", town.pk), data | {"name_ar": "وجدة"})
    assert last(town).verb == "update"
    assert last(town).changes["name_ar"] == ["", "وجدة"] or last(town).changes["name_ar"] == [None, "وجدة"]
    count = AuditEntry.objects.count()
    boss.post(address(Municipality, "change", town.pk), data | {"name_ar": "وجدة"})
    assert AuditEntry.objects.count() == count, "nothing changed, so nothing is recorded"
    history = boss.get(address(Municipality, "history", town.pk)).content.decode()
    assert "وجدة" in history
    boss.post(address(Municipality, "delete", town.pk), {"post": "yes"})
    assert not Municipality.objects.filter(pk=town.pk).exists()
    assert (last().verb, last().target_text) == ("delete", "Oujda")


def test_many_are_deleted_at_once_each_with_an_entry(boss):
    pks = [Municipality.objects.create(slug=f"m{n}", name_nl=f"M{n}", country="MA").pk for n in range(3)]
    data = {"action": "delete_selected", "_selected_action": pks, "post": "yes"}
    boss.post(address(Municipality, "changelist"), data)
    assert not Municipality.objects.filter(pk__in=pks).exists()
    assert AuditEntry.objects.filter(verb="delete", target_type="partnerships.municipality").count() == 3


def test_what_others_refer_to_stays_with_a_clear_page(cast, boss):
    response = boss.post(address(Activity, "delete", _with_entry(cast).activity_id), {"post": "yes"}, follow=True)
    assert response.status_code == 200
    assert response.context["protected"]
    assert Activity.objects.filter(pk=cast.jette.partner.pk).exists()


def _with_entry(cast):
    return make_entry(cast.jette.partner, cast.coordinator_north)


def test_parts_of_a_deleted_record_leave_entries_too(cast, boss, entry):
    Participation.objects.create(
        log_entry=entry, target_group=cast.youth, sex="men", age_band=cast.age_bands[0], count=3
    )
    boss.post(address(LogEntry, "delete", entry.pk), {"post": "yes"})
    gone = AuditEntry.objects.filter(verb="delete")
    assert set(gone.values_list("target_type", flat=True)) == {"activities.logentry", "activities.participation"}
    assert gone.get(target_type="activities.participation").parent_id == entry.pk


def test_an_inline_shows_in_the_history_of_its_parent(boss):
    organisation = Organisation.objects.create(slug="red", name_nl="Red", kind="ngo")
    data = page_of(boss, Organisation, organisation.pk)
    data |= {"aliases-TOTAL_FORMS": 1, "aliases-0-name": "The Reds", "aliases-0-organisation": organisation.pk}
    assert boss.post(address(Organisation, "change", organisation.pk), data).status_code == 302
    alias = OrganisationAlias.objects.get()
    assert (last(alias).verb, last(alias).parent_id) == ("create", organisation.pk)
    assert "The Reds" in boss.get(address(Organisation, "history", organisation.pk)).content.decode()


@pytest.mark.parametrize("text", ["a\0b", "a\x07b", "a\u202eb", "x" * 1_000_000], ids=["nul", "bell", "rlo", "huge"])
def test_hostile_text_is_refused_with_a_sentence(cast, boss, entry, text):
    for name in ["text", "difficulties"]:
        data = page_of(boss, LogEntry, entry.pk) | {name: text}
        response = boss.post(address(LogEntry, "change", entry.pk), data)
        assert response.status_code == 200
        assert response.context_data["adminform"].form.errors[name]
    response = boss.post(address(Municipality, "add"), {"slug": "x", "name_nl": text, "country": "MA"})
    assert response.context_data["adminform"].form.errors["name_nl"]
    assert not Municipality.objects.filter(slug="x").exists()


def test_a_constraint_speaks_beside_its_field(cast, boss):
    town = Municipality.objects.get(slug="jette")
    data = {"slug": "h", "name_nl": "H", "municipality": town.pk, "is_confidential": "on", "address": "Street 1"}
    response = boss.post(address(Place, "add"), data)
    assert response.context_data["adminform"].form.errors["is_confidential"]


@pytest.mark.parametrize(("model", "field"), [(LogEntry, "text"), (Activity, "title_nl")])
def test_a_stale_page_replaces_nothing_unseen(cast, boss, entry, model, field):
    row = entry if model is LogEntry else cast.jette.partner
    stale = page_of(boss, model, row.pk)
    fresh = page_of(boss, model, row.pk) | {field: "Theirs, saved first"}
    assert boss.post(address(model, "change", row.pk), fresh).status_code == 302
    response = boss.post(address(model, "change", row.pk), stale | {field: "Mine, typed meanwhile"})
    page = response.content.decode()
    assert response.status_code == 200
    assert "Theirs, saved first" in page
    assert "Mine, typed meanwhile" in page
    row.refresh_from_db()
    assert getattr(row, field) == "Theirs, saved first"
    again = _sent(response.context_data["adminform"].form)
    for inline in response.context_data["inline_admin_formsets"]:
        again |= _sent(inline.formset.management_form)
    assert boss.post(address(model, "change", row.pk), again).status_code == 302
    row.refresh_from_db()
    assert (getattr(row, field), row.version) == ("Mine, typed meanwhile", 3)


def test_a_locked_year_is_closed(cast, boss, entry):
    expenditure = Expenditure.objects.create(
        activity=cast.jette.partner, spent_on=dt.date(2024, 1, 1), description="Bus", source=cast.own, amount=5
    )
    cast.jette.year(2024)
    ProgrammeYear.objects.filter(year=2024).update(state="locked")
    for row in [entry, expenditure]:
        assert boss.get(address(type(row), "change", row.pk)).status_code == 200
        assert boss.post(address(type(row), "change", row.pk), {}).status_code == 403
        assert boss.post(address(type(row), "delete", row.pk), {"post": "yes"}).status_code == 403
    other = make_entry(cast.jette.partner, cast.coordinator_north, starts_on=dt.date(2023, 2, 1))
    data = page_of(boss, LogEntry, other.pk) | {"starts_on": "2024-02-01", "ends_on": "2024-02-01"}
    response = boss.post(address(LogEntry, "change", other.pk), data)
    assert "2024" in str(response.context_data["adminform"].form.errors["starts_on"])
    data = {"log_entry": entry.pk, "target_group": cast.youth.pk, "sex": "men", "age_band": cast.age_bands[0].pk}
    response = boss.post(address(Participation, "add"), data | {"count": 3, "counting": "counted"})
    assert response.context_data["adminform"].form.errors["log_entry"]
    receipt = SimpleUploadedFile("a.pdf", b"%PDF-1.4 hello %%EOF")
    response = boss.post(address(Voucher, "add"), {"expenditure": expenditure.pk, "file": receipt})
    assert response.context_data["adminform"].form.errors["expenditure"]


def test_a_year_takes_its_steps_as_on_its_page(cast, boss):
    year = cast.jette.year(2024)
    steps = [
        ("locked", "", 200),
        ("submitted", "", 302),
        ("submitted", "", 302),
        ("returned", "", 200),
        ("validated", "", 302),
        ("locked", "", 302),
        ("open", "", 200),
        ("open", "A forgotten invoice", 302),
    ]
    for state, reason, code in steps:
        data = {"state": state, "reason": reason}
        assert boss.post(address(ProgrammeYear, "change", year.pk), data).status_code == code, state
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", "reason")) == [
        ("transition", ""),
        ("transition", ""),
        ("create", ""),  # the frozen report of the validated year
        ("lock", ""),
        ("reopen", "A forgotten invoice"),
    ]


def test_the_funders_rule_holds(cast, boss):
    data = {
        "activity": cast.jette.home.pk,
        "spent_on": "2024-03-01",
        "description": "Stage",
        "source": cast.federal.pk,
        "amount": "1.234,56",
        "vouchers-TOTAL_FORMS": 0,
        "vouchers-INITIAL_FORMS": 0,
    }
    response = boss.post(address(Expenditure, "add"), data)
    assert response.context_data["adminform"].form.errors["source"] == [
        "Federal money pays only for work in Morocco.",
        "These sources would pay it: BWI, Own funds.",
    ]
    assert boss.post(address(Expenditure, "add"), data | {"activity": cast.jette.partner.pk}).status_code == 302
    assert Expenditure.objects.get().amount == Decimal("1234.56")


def test_money_follows_its_entry_to_another_activity(cast, boss, entry):
    expenditure = Expenditure.objects.create(
        activity=entry.activity,
        log_entry=entry,
        spent_on=entry.starts_on,
        description="Bus",
        source=cast.federal,
        amount=5,
    )
    data = page_of(boss, LogEntry, entry.pk) | {"activity": cast.jette.home.pk}
    response = boss.post(address(LogEntry, "change", entry.pk), data)
    assert response.context_data["adminform"].form.errors["activity"]
    Expenditure.objects.update(source=cast.own)
    assert (
        boss.post(
            address(LogEntry, "change", entry.pk), page_of(boss, LogEntry, entry.pk) | {"activity": cast.jette.home.pk}
        ).status_code
        == 302
    )
    expenditure.refresh_from_db()
    assert expenditure.activity == cast.jette.home


def test_an_officer_stays_in_the_own_partnership(cast, officer):
    data = page_of(officer, Activity, cast.jette.home.pk)
    address_ = address(Activity, "change", cast.jette.home.pk)
    for name, foreign in [
        ("partnership", cast.gillis.partnership),
        ("programme", cast.gillis.programme),
        ("part_of", cast.gillis.home),
    ]:
        response = officer.post(address_, data | {name: foreign.pk})
        assert response.status_code == 200, name
        assert response.context_data["adminform"].form.errors[name]
    assert officer.post(address_, data | {"status": "idea"}).context_data["adminform"].form.errors["status"]
    assert officer.post(address_, data | {"title_nl": "Nieuw"}).status_code == 302
    assert officer.get(address(Membership, "changelist")).status_code == 403
    assert officer.get(address(User, "changelist")).status_code == 403
    found = officer.get(
        reverse("admin:autocomplete") + "?app_label=activities&model_name=activity&field_name=part_of"
    ).json()
    assert {item["text"].rpartition(", ")[2] for item in found["results"]} == {"jette-belfaa"}


def test_even_an_administrator_keeps_links_inside_a_partnership(cast, boss):
    data = page_of(boss, Activity, cast.jette.home.pk) | {"programme": cast.gillis.programme.pk}
    response = boss.post(address(Activity, "change", cast.jette.home.pk), data)
    assert response.context_data["adminform"].form.errors["programme"]


def test_a_coordinator_on_the_staff_reads_only(cast, client_of, entry):
    worker = cast.coordinator_north
    worker.is_staff = True
    worker.save()
    client = client_of(worker)
    assert client.get(address(LogEntry, "change", entry.pk)).status_code == 200
    assert client.post(address(LogEntry, "change", entry.pk), {}).status_code == 403
    assert client.get(address(LogEntry, "add")).status_code == 403
    assert client.get(reverse("admin:activities_activity_import")).status_code == 403


def photo():
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(buffer, "PNG")
    return SimpleUploadedFile("rood.png", buffer.getvalue(), content_type="image/png")


def test_files_are_accepted_by_their_content(boss, entry, django_capture_on_commit_callbacks):
    data = {"log_entry": entry.pk, "caption": "Red", "consent": "nobody"}
    bad = SimpleUploadedFile("rood.jpg", b"%!PS-Adobe-3.0 EPSF-3.0", content_type="image/jpeg")
    assert boss.post(address(Photo, "add"), data | {"file": bad}).context_data["adminform"].form.errors["file"]
    assert boss.post(address(Photo, "add"), data | {"file": photo()}).status_code == 302
    stored = Photo.objects.get()
    assert (stored.original_name, stored.content_type, stored.width, len(stored.sha256)) == (
        "rood.png",
        "image/jpeg",
        40,
        64,
    )
    assert default_storage.exists(stored.thumbnail.name)
    page = boss.get(address(Photo, "change", stored.pk)).content.decode()
    assert reverse("activities:photo", args=[stored.pk]) in page
    first = stored.file.name
    with django_capture_on_commit_callbacks(execute=True):
        boss.post(address(Photo, "change", stored.pk), data | {"file": photo()})
    stored.refresh_from_db()
    assert stored.file.name != first
    assert not default_storage.exists(first)
    with django_capture_on_commit_callbacks(execute=True):
        boss.post(address(Photo, "delete", stored.pk), {"post": "yes"})
    assert not default_storage.exists(stored.file.name)


def test_a_document_inside_the_page_of_an_entry(boss, entry):
    data = page_of(boss, LogEntry, entry.pk)
    file = SimpleUploadedFile("a.pdf", b"%PDF-1.4 hello %%EOF")
    data |= {"documents-TOTAL_FORMS": 1, "documents-0-log_entry": entry.pk, "documents-0-file": file}
    assert boss.post(address(LogEntry, "change", entry.pk), data).status_code == 302
    assert Document.objects.get().content_type == "application/pdf"


def test_passwords_are_nowhere_in_the_trail(cast, boss):
    data = {
        "username": "new",
        "password1": "a-long-secret-1",
        "password2": "a-long-secret-1",
        "usable_password": "true",
    }
    data |= {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
    assert boss.post(address(User, "add"), data).status_code == 302
    user = User.objects.get(username="new")
    change = {"usable_password": "true", "password1": "another-secret-2", "password2": "another-secret-2"}
    boss.post(reverse("admin:auth_user_password_change", args=[user.pk]), change)
    user.refresh_from_db()
    assert check_password("another-secret-2", user.password)
    assert last(user).verb == "update"
    assert not any("password" in entry.changes for entry in AuditEntry.objects.all())


def test_the_trail_is_read_only(cast, boss):
    boss.post(address(Municipality, "add"), {"slug": "oujda", "name_nl": "Oujda", "country": "MA"})
    written = AuditEntry.objects.get()
    assert boss.get(address(AuditEntry, "add")).status_code == 403
    assert boss.post(address(AuditEntry, "change", written.pk), {"reason": "x"}).status_code == 403
    assert boss.post(address(AuditEntry, "delete", written.pk), {"post": "yes"}).status_code == 403


def test_two_who_add_the_same_at_once_get_one_row_and_one_sentence(boss, monkeypatch):
    Municipality.objects.create(slug="oujda", name_nl="Oujda", country="MA")
    check = ModelForm.validate_unique
    asked = []

    def blind_at_first(form):
        asked.append(form)
        if len(asked) > 1:
            check(form)

    monkeypatch.setattr(ModelForm, "validate_unique", blind_at_first)
    response = boss.post(address(Municipality, "add"), {"slug": "oujda", "name_nl": "Oujda", "country": "MA"})
    assert response.context_data["adminform"].form.errors["slug"]
    assert Municipality.objects.filter(slug="oujda").count() == 1


def test_a_lost_second_factor_is_taken_away_and_its_secret_shown_to_nobody(cast, boss):
    factor = Authenticator.objects.create(user=cast.officer, type="totp", data={"secret": "TOPSECRET"})
    for page in ["change", "delete", "history"]:
        assert b"TOPSECRET" not in boss.get(address(Authenticator, page, factor.pk)).content
    assert boss.post(address(Authenticator, "change", factor.pk), {}).status_code == 403
    boss.post(address(Authenticator, "delete", factor.pk), {"post": "yes"})
    assert not Authenticator.objects.exists()
    assert (last().verb, last().parent_id) == ("delete", cast.officer.pk)
    assert "TOPSECRET" not in str(last().changes)
