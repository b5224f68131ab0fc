"""The report tells the years of its window in words, each text in its language, and how they are judged."""

import datetime as dt

import pytest

from partnerships.models import NarrativeSection, PerformanceScore, Scale, ScoreCriterion, SectionHeading
from portal.roof.reports.data import build_report
from portal.roof.reports.render import render_html
from tests.cast import in_all_languages

YEAR = (dt.date(2024, 1, 1), dt.date(2024, 12, 31))


@pytest.fixture
def year(cast):
    return cast.jette.year(2024)


@pytest.fixture
def section(year):
    heading = SectionHeading.objects.create(slug="context", **in_all_languages(title="Context"))
    return NarrativeSection.objects.create(year=year, heading=heading, language="nl", text="Het regende.")


def html(cast, language, window=YEAR):
    report = build_report(cast.jette.partnership, *window, on=dt.date(2025, 1, 1))
    return report, render_html(report, language)


def test_a_text_of_another_language_is_marked(cast, section):
    report, page = html(cast, "fr")
    assert [told.text.best("fr") for told in report.told] == [("nl", "Het regende.")]
    assert 'lang="nl" dir="ltr"' in page
    assert "L’année en mots" in page


def test_the_translation_stands_in_the_report_of_its_language_until_it_is_out_of_date(cast, year, section):
    same = {"year": year, "heading": section.heading, "translation_of": section, "translated_edition": 1}
    NarrativeSection.objects.create(language="fr", text="Il a plu.", **same)
    assert html(cast, "fr")[0].told[0].text.best("fr") == ("fr", "Il a plu.")
    NarrativeSection.objects.filter(pk=section.pk).update(text="Het sneeuwde.", edition=2)
    assert html(cast, "fr")[0].told[0].text.best("fr") == ("nl", "Het sneeuwde.")


def test_nothing_to_tell_is_told(cast, section):
    NarrativeSection.objects.update(text="", is_nothing_to_tell=True)
    assert "Nothing to tell this year." in html(cast, "en")[1]


def test_only_whole_years_of_the_window_are_told(cast, section):
    assert html(cast, "nl", (dt.date(2024, 1, 1), dt.date(2024, 12, 30)))[0].told == ()
    assert len(html(cast, "nl", (dt.date(2023, 6, 1), dt.date(2024, 12, 31)))[0].told) == 1


def test_without_texts_and_scores_there_is_no_such_chapter(cast):
    page = html(cast, "en")[1]
    assert "The year in words" not in page
    assert "Performance scores" not in page


def test_scores_stand_with_their_reason(cast, year):
    scale = Scale.objects.create(slug="s", **in_all_languages(name="S"))
    level = scale.levels.create(value=2, **in_all_languages(label="Fair"))
    criterion = ScoreCriterion.objects.create(slug="c", scale=scale, **in_all_languages(name="Relevance"))
    PerformanceScore.objects.create(
        programme=year.programme, year=2024, criterion=criterion, level=level, justification="Weinig", language="nl"
    )
    report, page = html(cast, "en")
    [judged] = report.judged
    assert [(mark.value, mark.step.best("en")[1], mark.justification.best("en")) for mark in judged.marks] == [
        (2, "Fair", ("nl", "Weinig"))
    ]
    assert "2 – Fair" in page
    assert "The programme as a whole" in page
