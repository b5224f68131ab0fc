"""What stands on a page many times, or on every page, is written short."""

import re

import pytest

pytestmark = pytest.mark.django_db


def test_a_cell_of_the_participants_is_written_short_and_named_by_its_column_and_row(cast, client_of):
    page = client_of(cast.coordinator_south).get("/activities/log/", headers={"accept-language": "en"}).content.decode()
    cells = re.findall(r'<input[^>]*name="people-[^>]*>', page)
    assert len(cells) > 20
    # Without the numbers of groups and bands, which grow.
    assert max(len(re.sub(r"\d+", "", cell)) for cell in cells) < 100
    names = dict(re.findall(r'<span id="([sb]-\w+)">([^<]*)</span>', page))
    told = {tuple(names[one] for one in re.findall(r'aria-labelledby="([^"]*)"', cell)[0].split()) for cell in cells}
    assert ("women", "15–24") in {(sex.lower(), band) for sex, band in told}
    assert all(page.count(f'id="{one}"') == 1 for one in names)


def test_the_folded_menu_asks_for_its_drawings_once_it_is_opened(cast, client_of):
    page = client_of(cast.administrator).get("/help/").content.decode()
    menu = page[page.index('class="account-links"') :].split("</ul>")[0]
    assert (menu.count('class="icon'), menu.count("<svg")) == (9, 0)
