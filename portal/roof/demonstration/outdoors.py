# ruff: noqa: PLR0917 - measures and colours read best in the order in which one draws
"""Scenes under the open sky."""

from __future__ import annotations

import math
from random import Random

from portal.roof.demonstration.canvas import HEIGHT, WIDTH, Canvas, Colour, Mood, People, blend, sheer

ORANGE = (232, 142, 44)


def _land(mood: Mood, rng: Random, horizon: float, ground: Colour) -> Canvas:
    """Return a sky with clouds, hills behind hills, and the ground in front."""
    canvas = Canvas(mood.sky, mood.haze)
    sun = rng.choice((260, 1180, 1390))
    for grow, alpha in ((120, 26), (84, 36), (52, 255)):
        canvas.oval(sun, 190, grow, grow, (*mood.light, alpha))
    for _cloud in range(3):
        x, y = rng.randint(80, 1480), rng.randint(70, 250)
        for dx, r in ((-60, 30), (0, 44), (62, 32)):
            canvas.oval(x + dx, y, r * 1.7, r * 0.62, sheer(mood.light, 110))
    for step, share in enumerate((0.72, 0.5, 0.28)):
        canvas.hill(horizon + step * 26, 210 - step * 50, blend(mood.green, mood.haze, share), rng.uniform(0, 6))
    canvas.fade(0, horizon, WIDTH, HEIGHT, (ground, blend(ground, mood.dark, 0.16)))
    return canvas


def _stand(canvas: Canvas, mood: Mood, x: float, ground: float, width: float, colour: Colour) -> None:
    """Draw a stand with a striped awning and things laid out on its counter."""
    top = ground - width * 1.05
    canvas.shadow(x + width / 2, ground, width * 0.56)
    canvas.box(x + 12, top + 40, x + 24, ground, blend(mood.wood, mood.dark, 0.3))
    canvas.box(x + width - 24, top + 40, x + width - 12, ground, blend(mood.wood, mood.dark, 0.3))
    canvas.box(x + 18, top + 60, x + width - 18, ground - width * 0.3, sheer(mood.dark, 60))
    stripes = 7
    part = (width + 40) / stripes
    for at in range(stripes):
        tone = colour if at % 2 == 0 else blend(mood.light, colour, 0.06)
        left = x - 20 + at * part
        canvas.shape([(left + (3 - at) * 6 + 8, top - 30), (left + part + (2 - at) * 6 + 8, top - 30),
                      (left + part, top + 62), (left, top + 62)], tone)  # fmt: skip
        canvas.oval(left + part / 2, top + 62, part / 2, 20, blend(tone, mood.dark, 0.08))


def _counter(canvas: Canvas, mood: Mood, x: float, ground: float, width: float, rng: Random) -> None:
    """Draw the front of a stand, over the people who stand behind it."""
    canvas.box(x, ground - width * 0.36, x + width, ground - width * 0.3, blend(mood.wood, mood.light, 0.35), 6)
    canvas.box(x + 6, ground - width * 0.31, x + width - 6, ground, blend(mood.second, mood.light, 0.25), 4)
    for at in range(6):
        tone, size = rng.choice(mood.cloths), rng.uniform(0.05, 0.1) * width
        left = x + width * (0.06 + at * 0.155)
        canvas.box(left, ground - width * 0.36 - size, left + width * 0.1, ground - width * 0.36, tone, 6)


def _bunting(canvas: Canvas, mood: Mood, y: float, sag: float) -> None:
    """Hang a line of little flags over the whole width."""
    points = [(x, y + sag * math.sin(math.pi * x / WIDTH)) for x in range(-20, WIDTH + 40, 20)]
    canvas.line(points, blend(mood.dark, mood.light, 0.2), 4)
    for at, (x, top) in enumerate(points[1::3]):
        canvas.shape([(x - 20, top), (x + 20, top + 2), (x, top + 46)], mood.cloths[at % len(mood.cloths)])


def village(mood: Mood, rng: Random) -> Canvas:
    """Draw the village of solidarity: stands on the grass, flags, people strolling."""
    canvas = _land(mood, rng, 590, blend(mood.green, mood.light, 0.28))
    for x in (70, 1540):
        canvas.tree(x, 680, 190, mood)
    people = People(canvas, mood, rng)
    colours = rng.sample(mood.cloths[:5], 3)
    for x, colour in zip((110, 610, 1110), colours, strict=True):
        _stand(canvas, mood, x, 800, 370, colour)
        people.row([x + 110, x + 255], 690, 33)
        _counter(canvas, mood, x, 800, 370, rng)
    _bunting(canvas, mood, 90, 90)
    _bunting(canvas, mood, 190, 70)
    for x in sorted(rng.sample(range(90, 1520, 130), 6)):
        people.standing(x, 950 + rng.randint(-30, 80), 40 + rng.randint(-3, 5), seen_from=rng.choice(("front", "back")))
    return canvas


def market(mood: Mood, rng: Random) -> Canvas:
    """Draw a market day in a street with arches, orange trees and stands of handmade things."""
    canvas = Canvas(mood.sky, mood.haze)
    for house in range(5):
        x, top = house * 330 - 30, 190 + rng.randint(-50, 60)
        wall = blend(mood.wall, mood.accent, 0.06 + 0.1 * (house % 3))
        canvas.box(x, top, x + 336, 700, wall)
        canvas.box(x, top, x + 336, top + 22, blend(wall, mood.dark, 0.16))
        canvas.box(x + 300, top, x + 336, 700, sheer(mood.dark, 16))
        for pane in (60, 200):
            canvas.box(x + pane, top + 70, x + pane + 70, top + 170, blend(mood.second, mood.dark, 0.15), 34)
            canvas.box(x + pane, top + 130, x + pane + 70, top + 176, blend(mood.second, mood.dark, 0.15), 4)
        canvas.box(x + 96, 480, x + 236, 640, blend(mood.dark, mood.second, 0.35), 70)
        canvas.box(x + 96, 560, x + 236, 700, blend(mood.dark, mood.second, 0.35))
    canvas.fade(0, 690, WIDTH, HEIGHT, (blend(mood.floor, mood.light, 0.4), blend(mood.floor, mood.dark, 0.1)))
    for x in (40, 820, 1570):
        canvas.tree(x, 740, 200, mood, ORANGE)
    people = People(canvas, mood, rng)
    for x, colour in zip((170, 960), rng.sample(mood.cloths[:5], 2), strict=True):
        _stand(canvas, mood, x, 860, 470, colour)
        people.row([x + 120, x + 250, x + 370], 720, 40)
        _counter(canvas, mood, x, 860, 470, rng)
    for x in (110, 730, 860, 1500):
        people.standing(x, 1000 + rng.randint(-30, 40), 48, seen_from=rng.choice(("front", "back")), reach=0)
    return canvas


def planting(mood: Mood, rng: Random) -> Canvas:
    """Draw people planting young trees on a slope."""
    canvas = _land(mood, rng, 520, blend(mood.floor, mood.green, 0.35))
    for row in range(5):
        y = 560 + row * row * 17 + row * 26
        canvas.line([(-20, y + 20), (540, y), (1100, y + 16), (1640, y - 6)], sheer(mood.dark, 26), 10 + row * 3)
    for x, y, size in ((140, 585, 70), (420, 570, 62), (760, 585, 66), (1130, 572, 60), (1440, 590, 74)):
        canvas.tree(x, y, size, mood)
    people = People(canvas, mood, rng)
    for x, y, r in ((250, 740, 30), (560, 720, 28), (960, 735, 29), (1340, 750, 31)):
        people.standing(
            x + rng.randint(-30, 30), y, r, seen_from=rng.choice(("front", "back")), reach=rng.choice((-1.5, 1.5))
        )
    for x, y in ((390, 930), (820, 900), (1230, 940)):
        _sapling(canvas, mood, x, y)
    for x, y, r in ((240, 985, 46), (640, 960, 44), (1060, 985, 47), (1420, 1000, 48)):
        people.standing(
            x + rng.randint(-20, 20), y, r, seen_from=rng.choice(("front", "back")), reach=rng.choice((-1.8, 1.8))
        )
    return canvas


def _sapling(canvas: Canvas, mood: Mood, x: float, y: float) -> None:
    canvas.oval(x, y, 62, 17, blend(mood.wood, mood.dark, 0.35))
    canvas.line([(x, y), (x, y - 150)], blend(mood.wood, mood.dark, 0.2), 8)
    canvas.line([(x + 26, y), (x + 26, y - 120)], blend(mood.wood, mood.light, 0.4), 6)
    for dx, dy in ((-24, 110), (24, 126), (-20, 150), (22, 164), (0, 180)):
        canvas.oval(x + dx, y - dy, 27, 16, blend(mood.green, mood.light, 0.12))


def playing_field(mood: Mood, rng: Random) -> Canvas:
    """Draw an afternoon on a sports field with a low wall, a goal and a ball."""
    canvas = _land(mood, rng, 540, blend(mood.accent, mood.floor, 0.55))
    canvas.box(0, 540, WIDTH, 600, blend(mood.wall, mood.shade, 0.4))
    canvas.box(0, 540, WIDTH, 552, blend(mood.wall, mood.light, 0.4))
    people = People(canvas, mood, rng)
    for x in range(90, 1560, 150):
        if rng.random() < 0.7:
            people.bust(x, 548, 24)
    canvas.box(0, 560, WIDTH, 602, blend(mood.wall, mood.shade, 0.4))
    chalk = sheer(mood.light, 170)
    canvas.line([(-20, 680), (1620, 680)], chalk, 8)
    canvas.line([(800, 680), (800, 1080)], chalk, 9)
    canvas.oval(800, 860, 250, 92, chalk)
    canvas.oval(800, 860, 240, 84, blend(mood.accent, blend(mood.floor, mood.dark, 0.08), 0.5))
    for x in range(1360, 1580, 24):
        canvas.line([(x, 580), (x, 760)], (*mood.light, 90), 3)
    canvas.line([(1350, 770), (1350, 570), (1580, 570), (1580, 770)], mood.light, 12)
    for x, y, r in (
        (240, 800, 36),
        (520, 850, 40),
        (1010, 820, 38),
        (1240, 900, 43),
        (640, 1010, 49),
        (1120, 1030, 50),
    ):
        people.standing(
            x + rng.randint(-50, 50), y, r, seen_from=rng.choice(("front", "back")), reach=rng.choice((0, -1.6, 1.6))
        )
    canvas.shadow(860, 960, 32)
    canvas.oval(860, 934, 30, 30, mood.light)
    canvas.oval(852, 928, 11, 11, mood.dark)
    canvas.oval(874, 944, 8, 8, mood.dark)
    return canvas


def health_tent(mood: Mood, rng: Random) -> Canvas:
    """Draw a health campaign: a white tent with a heart, a table, people waiting in the shade."""
    canvas = _land(mood, rng, 600, blend(mood.floor, mood.light, 0.3))
    canvas.tree(1440, 760, 250, mood, ORANGE)
    canvas.tree(120, 700, 200, mood, ORANGE)
    canvas.shadow(720, 850, 520)
    canvas.box(300, 470, 1140, 850, blend(mood.light, mood.shade, 0.3))
    canvas.box(360, 500, 1080, 850, blend(mood.light, mood.shade, 0.75))
    canvas.shape([(240, 490), (720, 210), (1200, 490)], mood.light)
    canvas.shape([(720, 210), (1200, 490), (900, 490)], blend(mood.light, mood.shade, 0.35))
    canvas.box(240, 486, 1200, 530, blend(mood.second, mood.light, 0.15), 10)
    for x in (690, 738):
        canvas.oval(x, 366, 30, 28, mood.accent)
    canvas.shape([(662, 374), (766, 374), (714, 438)], mood.accent)
    people = People(canvas, mood, rng)
    people.row([520, 720, 920], 740, 44)
    canvas.box(430, 760, 1010, 790, blend(mood.wood, mood.light, 0.4), 6)
    canvas.box(440, 788, 1000, 880, blend(mood.second, mood.light, 0.45), 4)
    for x in (500, 640, 830):
        canvas.box(x, 728, x + 60, 762, rng.choice(mood.cloths), 6)
    for x, y in ((200, 960), (390, 1010), (1080, 1000), (1270, 950), (1440, 1000)):
        people.standing(x + rng.randint(-25, 25), y, 46, seen_from=rng.choice(("front", "back")))
    return canvas


def circle(mood: Mood, rng: Random) -> Canvas:
    """Draw a conversation in the open air: people sit in a half circle under two trees."""
    canvas = _land(mood, rng, 560, blend(mood.green, mood.floor, 0.4))
    canvas.tree(250, 700, 330, mood)
    canvas.tree(1360, 680, 300, mood)
    canvas.oval(800, 890, 640, 150, sheer(mood.dark, 22))
    canvas.oval(800, 890, 420, 92, blend(mood.accent, mood.light, 0.35))
    canvas.oval(800, 890, 360, 74, blend(mood.accent, mood.light, 0.15))
    people = People(canvas, mood, rng)
    for x, y, r in ((520, 740, 38), (680, 715, 36), (840, 710, 36), (1000, 722, 37), (1140, 752, 39)):
        canvas.box(x - 60, y + 4, x + 60, y + 74, blend(mood.wood, mood.dark, 0.2), 10)
        people.bust(x, y + 14, r)
    for x, y, r in ((330, 900, 46), (1300, 905, 46)):
        canvas.box(x - 74, y, x + 74, y + 96, blend(mood.wood, mood.dark, 0.25), 12)
        people.bust(x, y + 16, r)
    for x, y, r in ((500, 1020, 54), (800, 1056, 57), (1110, 1024, 54)):
        people.bust(x, y, r, seen_from="back")
    return canvas


SCENES = {
    "village": village,
    "market": market,
    "planting": planting,
    "field": playing_field,
    "health": health_tent,
    "circle": circle,
}
