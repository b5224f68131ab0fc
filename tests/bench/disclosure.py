"""What may be told of a large table of people, with all its margins, beside one second."""

import os
import random
import time

from portal.ground.disclosure import tell
from tests.bench.stage import report

GROUPS, SEXES, BANDS, YEARS, ROUNDS = 40, 3, 8, 5, 5


def main() -> None:
    """Measure 40 groups × 3 sexes × 8 age bands × 5 years, half of the groups at risk and many cells small."""
    # From how many people on a count is told is a setting.
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    chance = random.Random(1)
    sizes = [0, 1, 2, 3, 5, 8, 20]
    cells = {
        (year, group, sex, band): chance.choice(sizes)
        for year in range(YEARS)
        for group in range(GROUPS)
        for sex in range(SEXES)
        for band in range(BANDS)
    }
    report("disclosure", min(_seconds(cells) for _ in range(ROUNDS)))


def _seconds(cells: dict[tuple[int, ...], int]) -> float:
    start = time.process_time()
    sums = tell(cells, is_at_risk=lambda key: key[1] % 2 == 0, apart=1).sums
    seconds = time.process_time() - start
    assert None in sums.values(), "nothing had to be hidden"
    return seconds


if __name__ == "__main__":
    main()
