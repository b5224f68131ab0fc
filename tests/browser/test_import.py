"""A municipality's spreadsheet at a real browser: the file, its columns, the verdicts, the result."""

import pytest

from tests.browser.conftest import SCREENS
from tests.sheet_rows import HEADINGS, csv


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("language", ["nl", "ar"])
def test_a_spreadsheet_comes_in(cast, visit, screen, language, tmp_path):
    cast.coordinator_north.language = language
    cast.coordinator_north.save()
    path = tmp_path / "uitgaven.csv"
    good = [cast.jette.partner.slug, "31/12/2024", "Paint", "own", "1.234,50"]
    visitor = visit(cast.coordinator_north, screen=screen, language=language)

    def send(*rows):
        path.write_bytes(csv(HEADINGS, *rows))
        page = visitor.page
        page.goto(f"{visitor.address}/activities/import/")
        page.set_input_files("input[type=file]", path)
        page.click("main form button[type=submit]")
        return page

    visitor.go("/activities/import/")
    send(good, [*good[:4], "-5"])
    visitor.look()
    visitor.page.click("button[name=columns]")
    visitor.look()
    assert visitor.page.locator("button[name=confirm]").count() == 0
    send(good)
    visitor.look().click("button[name=confirm]")
    visitor.look()
    visitor.go("/activities/import/")
    assert visitor.page.locator("tbody tr").count() == 2
