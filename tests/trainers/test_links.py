"""A cohort has a link for trainers: made, shown, withdrawn, as long as it lasts, and nothing for who has no key."""

import datetime as dt
import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from beneficiaries.models import Attendance, SheetLink
from beneficiaries.services.sheet_links import withdraw_link
from partnerships.models import Closure
from portal.ground.models import AuditEntry
from tests.conftest import TODAY
from tests.learner_rows import make_cohort, make_course, make_session
from tests.trainers.rows import DAY, GONE, address, list_of, make, marks, on_paper, running, stored, told

pytestmark = pytest.mark.django_db


class TestTheLink:
    def test_it_is_made_shown_again_and_withdrawn_on_the_page_of_the_cohort(self, coordinator, cohort, cast, settings):
        settings.PORTAL_URL = "https://portal.example"
        home = reverse("beneficiaries:cohort_detail", args=[cohort.slug])
        assert "Make a link" in told(coordinator.get(home))
        assert make(coordinator, cohort)["Location"] == f"{home}#trainers"
        link = SheetLink.objects.get()
        for _time in range(2):
            page = coordinator.get(home)
            assert page.context["link_url"] == f"https://portal.example/sheets/{link.pk}/{link.key}/"
            until, made_by = page.context["link_facts"]
            assert until == {"term": "Works until", "value": "18 February 2027"}
            assert made_by["value"].startswith(f"{cast.coordinator_south}, ")
            assert "no-store" in page["Cache-Control"]
        withdraw = reverse("beneficiaries:link_withdraw", args=[link.pk])
        assert [coordinator.post(withdraw).status_code for _time in range(2)] == [302, 302]
        assert link.key not in told(coordinator.get(home))
        entries = AuditEntry.objects.filter(target_type="beneficiaries.sheetlink").order_by("pk")
        assert list(entries.values_list("verb", "actor__username")) == [
            ("create", "coordinator_south"),
            ("withdraw", "coordinator_south"),
        ]

    def test_a_new_one_withdraws_the_old_and_a_form_sent_twice_makes_one(self, coordinator, cohort):
        key = "0d0a4d6c-3d6b-4f0b-8a55-6b6e1f6b2a11"
        for _time in range(2):
            make(coordinator, cohort, key)
        [first] = SheetLink.objects.all()
        make(coordinator, cohort)
        assert [row.pk == first.pk for row in SheetLink.objects.filter(withdrawn_at__isnull=False)] == [True]
        assert SheetLink.objects.standing().count() == 1
        assert Client().get(list_of(first)).status_code == 410
        assert Client().get(list_of(SheetLink.objects.standing().get())).status_code == 200

    def test_withdrawing_the_old_one_late_leaves_the_new_one(self, coordinator, cohort):
        make(coordinator, cohort)
        old = SheetLink.objects.get()
        make(coordinator, cohort)
        coordinator.post(reverse("beneficiaries:link_withdraw", args=[old.pk]))
        assert SheetLink.objects.standing().count() == 1

    def test_its_keys_are_long_differ_and_stand_in_no_row(self, link, session, cohort):
        other = make_session(cohort, held_on=TODAY - DAY)
        keys = {link.key, link.key_of_session(session.pk), link.key_of_session(other.pk)}
        assert [len(key) for key in keys] == [26] * 3
        rows = str([list(SheetLink.objects.values()), list(AuditEntry.objects.values())])
        assert not any(key in rows for key in keys)
        assert link.seed not in str(list(AuditEntry.objects.values()))

    def test_a_new_secret_makes_it_void(self, link, settings):
        before = list_of(link)
        settings.SECRET_KEY = "another secret of this server"
        assert Client().get(before).status_code == 404
        assert Client().get(list_of(link)).status_code == 200

    def test_a_viewer_and_a_neighbour_see_none(self, cast, client_of, cohort, link):
        home = reverse("beneficiaries:cohort_detail", args=[cohort.slug])
        for who in (cast.viewer, cast.coordinator_north):
            page = client_of(who).get(home)
            assert link.key not in told(page)

    def test_it_goes_with_its_cohort(self, cast, coordinator, client_of):
        cohort = make_cohort(make_course(cast.gillis), starts_on=TODAY, ends_on=TODAY + DAY)
        make(coordinator, cohort)
        link = SheetLink.objects.get()
        boss = client_of(cast.officer)
        delete = reverse("admin:beneficiaries_cohort_delete", args=[cohort.pk])
        cast.officer.is_staff = True
        cast.officer.save()
        assert boss.post(delete, {"post": "yes"}).status_code == 302
        assert not SheetLink.objects.exists()
        assert Client().get(list_of(link)).status_code == 404
        assert AuditEntry.objects.filter(target_type="beneficiaries.sheetlink", verb="delete").count() == 1

    def test_the_administration_shows_no_key_and_withdraws_by_deleting(self, cast, client_of, link):
        boss = client_of(cast.administrator)
        pages = [
            boss.get(reverse("admin:beneficiaries_sheetlink_changelist")),
            *(
                boss.get(reverse(f"admin:beneficiaries_sheetlink_{name}", args=[link.pk]))
                for name in ("change", "history")
            ),
        ]
        assert [page.status_code for page in pages] == [200] * 3
        for page in pages:
            assert not {link.key, link.seed} & set(re.findall(r"\w{20,}", told(page)))
        change = reverse("admin:beneficiaries_sheetlink_change", args=[link.pk])
        assert boss.post(change, {"seed": "0" * 32}).status_code == 403
        boss.post(reverse("admin:beneficiaries_sheetlink_delete", args=[link.pk]), {"post": "yes"})
        assert Client().get(list_of(link)).status_code == 404


class TestHowLong:
    def test_it_works_until_four_weeks_after_the_cohort(self, cast, coordinator):
        link = {}
        for days in (28, 29):
            cohort = make_cohort(make_course(cast.gillis), starts_on=TODAY - 90 * DAY, ends_on=TODAY - days * DAY)
            link[days] = SheetLink.objects.create(cohort=cohort, made_by=cast.officer)
            make_session(cohort, held_on=cohort.ends_on)
        assert [Client().get(list_of(link[days])).status_code for days in (28, 29)] == [200, 410]
        page = coordinator.get(reverse("beneficiaries:cohort_detail", args=[link[29].cohort.slug]))
        assert "It opens nothing any more." in told(page)
        assert link[29].key not in told(page)

    def test_of_a_cohort_without_an_end_the_last_session_counts(self, cast, link):
        cohort = make_cohort(make_course(cast.gillis), starts_on=TODAY - 90 * DAY, ends_on=None)
        link = SheetLink.objects.create(cohort=cohort, made_by=cast.officer)
        link.made_at = dt.datetime(2026, 9, 1, 12, tzinfo=dt.UTC)
        assert link.works_until(None) == dt.date(2026, 9, 29)
        assert link.works_until(dt.date(2026, 10, 1)) == dt.date(2026, 10, 29)
        link.save()
        make_session(cohort, held_on=TODAY - 29 * DAY)
        assert Client().get(list_of(link)).status_code == 410
        make_session(cohort, held_on=TODAY - 2 * DAY)
        assert Client().get(list_of(link)).status_code == 200

    def test_a_cohort_of_long_ago_gets_none(self, cast, coordinator):
        cohort = make_cohort(make_course(cast.gillis))
        page = coordinator.get(make(coordinator, cohort)["Location"])
        assert "The cohort ended too long ago: a link would open nothing." in told(page)
        assert not SheetLink.objects.exists()

    def test_a_closed_partnership_has_none(self, cast, coordinator, cohort, link, session):
        Closure.objects.create(
            slug="end",
            partnership=cast.gillis.partnership,
            closed_on=TODAY,
            reason_en="It ended.",
            reason_nl="Voorbij.",
        )
        assert [Client().get(one).status_code for one in (list_of(link), address(link, session))] == [410, 410]
        assert Client().post(address(link, session), marks(session, "present")).status_code == 410
        assert not Attendance.objects.exists()
        link.delete()
        page = coordinator.get(make(coordinator, cohort)["Location"])
        assert "The partnership is closed: a link would open nothing." in told(page)


class TestWhoHasNoKey:
    @pytest.fixture
    def wrong(self, cast, coordinator, link, session):
        """Addresses that come close."""
        other = running(cast.jette)
        far = make_session(other, held_on=TODAY)
        near = make_session(session.cohort, held_on=TODAY - DAY)
        return [
            reverse("sheets:list", args=[link.pk, "a" * 26]),
            reverse("sheets:list", args=[link.pk + 1, link.key]),
            reverse("sheets:list", args=[10**30, link.key]),
            reverse("sheets:list", args=[link.pk, link.key_of_session(session.pk)]),
            reverse("sheets:sheet", args=[link.pk, link.key, far.pk]),
            reverse("sheets:sheet", args=[link.pk, link.key, 10**30]),
            reverse("sheets:sheet", args=[link.pk, link.key_of_session(session.pk), session.pk]),
            reverse("sheets:paper", args=[near.pk, link.key_of_session(session.pk)]),
            reverse("sheets:paper", args=[far.pk, link.key_of_session(far.pk)]),
            reverse("sheets:paper", args=[session.pk, link.key]),
            reverse("sheets:paper", args=[10**30, link.key]),
        ]

    def test_a_wrong_key_opens_nothing(self, wrong, session):
        for path in wrong:
            page = Client().get(f"{path}?lang=en")
            assert (path, page.status_code, GONE in told(page)) == (path, 404, True)
            if "sheets:list" not in page.resolver_match.view_name:
                assert Client().post(path, marks(session, "present")).status_code == 404
        assert not Attendance.objects.exists()

    @pytest.mark.parametrize(("language", "said"), [("nl", "Deze link"), ("fr", "Ce lien"), ("ar", "هذا الرابط")])
    def test_it_is_said_in_the_reader_s_language(self, link, language, said):
        link.withdrawn_at = timezone.now()
        link.save()
        page = Client(headers={"accept-language": language}).get(list_of(link).split("?")[0])
        assert (page.status_code, said in told(page)) == (410, True)
        assert ('dir="rtl"' in told(page)) == (language == "ar")

    def test_the_paper_of_a_withdrawn_link_opens_nothing(self, cast, coordinator, link, session):
        withdraw_link(link, actor=cast.coordinator_south)
        assert Client().get(on_paper(link, session)).status_code == 410
        make(coordinator, session.cohort)
        assert Client().get(on_paper(link, session)).status_code == 410
        assert Client().get(on_paper(SheetLink.objects.standing().get(), session)).status_code == 200

    @pytest.mark.parametrize("where", [address, on_paper])
    def test_who_was_marking_while_it_was_withdrawn_still_reads_the_marks(self, cast, link, session, where):
        sent = marks(session, "present", "absent", "excused")
        withdraw_link(link, actor=cast.coordinator_south)
        page = Client().post(where(link, session), sent)
        assert (page.status_code, "was not saved" in told(page)) == (410, True)
        shown = re.findall(r"<li><bdi>(.*?)</bdi> <strong>(.*?)</strong></li>", told(page))
        assert shown == [("L-1", "Attended"), ("L-2", "Absent"), ("L-3", "Excused")]

    def test_a_refused_sheet_tells_nothing_that_was_not_sent(self, cast, link, session):
        sent = {name: value for name, value in marks(session, "present").items() if not name.startswith("code-")}
        withdraw_link(link, actor=cast.coordinator_south)
        page = Client().post(address(link, session), sent | {"code-1": "<b>", "state-1": "present", "state-2": "x"})
        assert page.context["marks"] == [("<b>", "attended")]
        assert "<li><bdi>&lt;b&gt;</bdi>" in told(page)
        assert "L-1" not in told(page)

    def test_who_has_the_key_cannot_flood_the_trail(self, link, session, settings):
        settings.ACCOUNT_RATE_LIMITS = {"sheet_saved": "2/h/key"}
        cache.clear()
        codes = []
        for state in ("present", "absent", "excused"):
            session.refresh_from_db()
            page = Client().post(address(link, session), marks(session, state))
            codes.append(page.status_code)
        assert (codes, stored(session)) == ([302, 302, 429], ["absent"] * 3)
        assert "Wait an hour" in told(page)
        assert [state for _code, state in page.context["marks"]] == ["excused"] * 3
        cache.clear()

    def test_wrong_keys_are_counted_and_keep_no_right_one_waiting(self, link, session, settings):
        settings.ACCOUNT_RATE_LIMITS = {"sheet_link": "3/10m/ip"}
        cache.clear()
        client = Client()
        wrong = reverse("sheets:list", args=[link.pk, "a" * 26]) + "?lang=en"
        pages = [client.get(wrong) for _time in range(4)]
        assert [page.status_code for page in pages] == [404, 404, 404, 429]
        assert "Wait ten minutes" in told(pages[-1])
        assert client.post(reverse("sheets:paper", args=[session.pk, "a" * 26]), {}).status_code == 429
        assert client.get(list_of(link)).status_code == 200
        assert client.post(address(link, session), marks(session, "present")).status_code == 302
        # One that was right once is no guess either.
        link.withdrawn_at = timezone.now()
        link.save()
        assert client.get(list_of(link)).status_code == 410
        cache.clear()

    def test_no_cookie_no_engine_no_cache_and_no_referrer(self, link, session):
        for path in (list_of(link), address(link, session), on_paper(link, session), "/sheets/1/abc/"):
            page = Client().get(path)
            assert not page.cookies
            assert (page["X-Robots-Tag"], page["Referrer-Policy"]) == ("noindex", "no-referrer")
            assert {"no-store", "private"} <= set(page["Cache-Control"].split(", "))
        assert "Disallow: /sheets/" in told(Client().get("/robots.txt"))

    def test_no_log_holds_a_key(self, link, session, caplog):
        stale = marks(session, "absent", version=7)
        Client().post(address(link, session), marks(session, "present"))
        assert Client().post(address(link, session), stale).status_code == 409
        link.withdrawn_at = timezone.now()
        link.save()
        assert Client().get(list_of(link)).status_code == 410
        assert "/sheets/…" in caplog.text
        assert link.key not in caplog.text


class TestOnPaper:
    def test_the_code_opens_this_sheet_while_the_cohort_has_a_link(self, coordinator, cast, cohort, session, settings):
        settings.PORTAL_URL = "https://portal.example"
        paper = reverse("beneficiaries:attendance_print", args=[session.pk])
        page = coordinator.get(paper)
        assert page.context["url"] == f"https://portal.example/learning/sessions/{session.pk}/"
        assert "with your account" in told(page)
        make(coordinator, cohort)
        link = SheetLink.objects.get()
        page = coordinator.get(paper)
        assert page.context["url"] == "https://portal.example" + on_paper(link, session).split("?")[0]
        assert "You need no account." in told(page)
        assert link.key not in told(page)
        assert "no-store" in page["Cache-Control"]
        withdraw_link(link, actor=cast.coordinator_south)
        assert "with your account" in told(coordinator.get(paper))
