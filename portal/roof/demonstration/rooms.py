# ruff: noqa: PLR0917 - measures and colours read best in the order in which one draws
"""Scenes indoors. Each is drawn anew for every picture: other people, other clothes, another hour."""

from __future__ import annotations

from random import Random

from portal.roof.demonstration.canvas import HEIGHT, WIDTH, Canvas, Colour, Mood, People, blend, sheer


def _room(mood: Mood, horizon: float) -> Canvas:
    """Return an empty room with a wall, a skirting board and a floor that comes nearer."""
    canvas = Canvas(blend(mood.wall, mood.light, 0.35), mood.wall)
    canvas.fade(0, horizon, WIDTH, HEIGHT, (mood.floor, blend(mood.floor, mood.dark, 0.22)))
    canvas.box(0, horizon - 16, WIDTH, horizon, blend(mood.shade, mood.wood, 0.35))
    canvas.box(0, horizon, WIDTH, horizon + 14, sheer(mood.dark, 26))
    return canvas


def _window(canvas: Canvas, mood: Mood, x: float, y: float, width: float, height: float) -> None:
    """Draw a window that looks out on hills."""
    canvas.box(x - 14, y - 14, x + width + 14, y + height + 14, blend(mood.wood, mood.light, 0.25), 8)
    canvas.fade(x, y, x + width, y + height, (mood.sky, mood.haze))
    canvas.oval(x + width * 0.7, y + height * 0.26, width * 0.09, width * 0.09, mood.light)
    far = blend(mood.green, mood.haze, 0.5)
    canvas.shape([(x, y + height * 0.8), (x + width * 0.35, y + height * 0.58), (x + width, y + height * 0.84),
                  (x + width, y + height), (x, y + height)], far)  # fmt: skip
    canvas.shape([(x, y + height * 0.92), (x + width * 0.7, y + height * 0.7), (x + width, y + height * 0.78),
                  (x + width, y + height), (x, y + height)], mood.green)  # fmt: skip
    canvas.box(x + width / 2 - 5, y, x + width / 2 + 5, y + height, blend(mood.wood, mood.light, 0.25))
    canvas.box(x - 22, y + height + 8, x + width + 22, y + height + 26, blend(mood.wood, mood.light, 0.1), 4)


def _sunbeam(canvas: Canvas, mood: Mood, x: float, y: float, width: float) -> None:
    """Let light fall from a window to the floor."""
    foot = HEIGHT * 0.98
    canvas.shape([(x, y), (x + width, y), (x + width * 2.1, foot), (x + width * 0.7, foot)], sheer(mood.light, 30))


def _table(canvas: Canvas, mood: Mood, x: float, y: float, width: float, depth: float = 46) -> None:
    """Draw a table seen from its long side; `y` is its top edge."""
    leg = blend(mood.wood, mood.dark, 0.4)
    canvas.shadow(x + width / 2, y + 250, width * 0.52)
    for at in (x + 26, x + width - 48):
        canvas.box(at, y + depth, at + 22, y + 250, leg, 4)
    canvas.box(x, y, x + width, y + depth, blend(mood.wood, mood.light, 0.28), 10)
    canvas.box(x, y + depth * 0.55, x + width, y + depth, mood.wood, 8)


def _lamp(canvas: Canvas, mood: Mood, x: float, drop: float) -> None:
    """Hang a lamp from the ceiling."""
    canvas.line([(x, -10), (x, drop)], mood.dark, 5)
    canvas.shape([(x - 62, drop + 56), (x + 62, drop + 56), (x + 26, drop), (x - 26, drop)], mood.accent)
    canvas.oval(x, drop + 56, 62, 12, blend(mood.accent, mood.dark, 0.25))
    canvas.oval(x, drop + 60, 34, 12, mood.light)


def _plant(canvas: Canvas, mood: Mood, x: float, ground: float) -> None:
    """Put a plant in a pot on the floor."""
    for lean, height in ((-70, 190), (-30, 240), (14, 262), (52, 226), (86, 170)):
        leaf = blend(mood.green, mood.dark, 0.1 + abs(lean) / 400)
        canvas.shape([(x, ground - 90), (x + lean * 0.4 - 20, ground - height * 0.7), (x + lean, ground - height),
                      (x + lean * 0.6 + 20, ground - height * 0.6)], leaf)  # fmt: skip
    canvas.shadow(x, ground, 66)
    canvas.shape([(x - 58, ground - 104), (x + 58, ground - 104), (x + 42, ground), (x - 42, ground)], mood.accent)


def classroom(mood: Mood, rng: Random) -> Canvas:
    """Draw a course: somebody explains at the board, the others listen."""
    canvas = _room(mood, 700)
    _window(canvas, mood, 90, 150, 270, 330)
    board = blend(mood.second, mood.dark, 0.45)
    canvas.box(470, 120, 1370, 560, blend(mood.wood, mood.light, 0.1), 10)
    canvas.box(488, 138, 1352, 542, board, 4)
    chalk = sheer(mood.light, 190)
    canvas.oval(700, 330, 104, 104, chalk)
    canvas.oval(700, 330, 98, 98, board)
    for at in range(3):
        canvas.box(880, 226 + at * 84, 880 + rng.randint(220, 410), 242 + at * 84, chalk, 8)
        canvas.line([(804, 290 + at * 40), (860, 234 + at * 84)], (*mood.light, 150), 5)
        canvas.oval(700 + (at - 1) * 48, 330 + abs(at - 1) * 24, 17, 17, mood.cloths[at])
    people = People(canvas, mood, rng)
    people.standing(rng.choice((430, 1440)), 800, 44, reach=1.7 if rng.random() < 0.5 else -1.7)
    _plant(canvas, mood, 1530, 770)
    _sunbeam(canvas, mood, 90, 480, 270)
    people.row([270, 545, 830, 1110, 1380], 850, 46, seen_from="back")
    for x in (120, 690, 1255):
        _table(canvas, mood, x, 880, 480, 40)
    people.row([120, 470, 900, 1290], 1050, 58, seen_from="back")
    return canvas


def sewing(mood: Mood, rng: Random) -> Canvas:
    """Draw a sewing workshop: machines on a long table, spools and lengths of cloth on the wall."""
    canvas = _room(mood, 720)
    for shelf in range(3):
        y = 150 + shelf * 110
        canvas.box(60, y + 66, 700, y + 80, mood.wood, 4)
        for spool in range(11):
            thread = mood.cloths[(spool * 2 + shelf + rng.randint(0, 1)) % len(mood.cloths)]
            canvas.box(80 + spool * 56, y + 8, 118 + spool * 56, y + 66, blend(mood.wood, mood.light, 0.5), 4)
            canvas.box(76 + spool * 56, y + 18, 122 + spool * 56, y + 56, thread, 8)
    _window(canvas, mood, 830, 140, 300, 330)
    for roll in range(5):
        cloth = mood.cloths[(roll + rng.randint(0, 2)) % len(mood.cloths)]
        x = 1240 + roll * 66
        canvas.box(x, 190 + roll % 2 * 40, x + 56, 712, cloth, 26)
        canvas.oval(x + 28, 212 + roll % 2 * 40, 28, 13, blend(cloth, mood.light, 0.4))
    _sunbeam(canvas, mood, 830, 470, 300)
    people = People(canvas, mood, rng)
    for x in (250, 640, 1030, 1400):
        people.bust(x, 800, 56, scarf=rng.random() < 0.6)
    _table(canvas, mood, 60, 830, 1480, 64)
    for index, x in enumerate((250, 640, 1030, 1400)):
        _sewing_machine(canvas, mood, x, 834, mood.cloths[(index + rng.randint(0, 3)) % len(mood.cloths)])
    return canvas


def _sewing_machine(canvas: Canvas, mood: Mood, x: float, y: float, cloth: Colour) -> None:
    body = blend(mood.dark, mood.second, 0.3)
    canvas.shape([(x - 150, y - 2), (x + 40, y - 8), (x + 30, y + 26), (x - 128, y + 118), (x - 168, y + 96)], cloth)
    canvas.shape([(x - 150, y - 2), (x - 112, y - 4), (x - 128, y + 118), (x - 168, y + 96)], sheer(mood.dark, 30))
    canvas.box(x - 70, y - 16, x + 110, y + 8, body, 8)
    canvas.box(x + 64, y - 116, x + 104, y, body, 12)
    canvas.box(x - 66, y - 116, x + 104, y - 70, body, 20)
    canvas.box(x - 62, y - 90, x - 36, y - 36, body, 8)
    canvas.line([(x - 49, y - 36), (x - 49, y - 14)], mood.light, 4)
    canvas.oval(x + 112, y - 92, 20, 20, mood.accent)


def hall(mood: Mood, rng: Random) -> Canvas:
    """Draw a meeting in a hall: a panel on the stage, rows of people in front."""
    canvas = _room(mood, 640)
    for x in (60, 1390):
        _window(canvas, mood, x, 130, 150, 330)
    canvas.box(300, 90, 1300, 640, blend(mood.accent, mood.dark, 0.25), 6)
    for fold in range(20):
        canvas.box(300 + fold * 50, 90, 322 + fold * 50, 640, sheer(mood.dark, 26))
    canvas.box(470, 150, 1130, 430, blend(mood.light, mood.wall, 0.3), 6)
    for bar in range(6):
        tall = rng.randint(50, 190)
        canvas.box(560 + bar * 84, 400 - tall, 612 + bar * 84, 400, mood.cloths[bar % len(mood.cloths)], 6)
    canvas.box(250, 620, 1350, 668, blend(mood.wood, mood.light, 0.2), 6)
    canvas.box(250, 652, 1350, 720, mood.wood, 4)
    people = People(canvas, mood, rng)
    people.row([500, 680, 860, 1060], 560, 34)
    canvas.box(420, 560, 1160, 636, blend(mood.second, mood.light, 0.1), 8)
    canvas.box(420, 560, 1160, 578, blend(mood.second, mood.light, 0.3), 8)
    people.standing(1255, 640, 34, reach=-1.8)
    for line, (y, r, gap) in enumerate(((830, 36, 150), (945, 46, 186), (1072, 58, 232))):
        xs = [90 + gap * 0.4 * (line % 2) + at * gap for at in range(int(1500 / gap) + 1)]
        people.row([x for x in xs if rng.random() < 0.86], y, r, seen_from="back")
    return canvas


def film_evening(mood: Mood, rng: Random) -> Canvas:
    """Draw a film evening: a bright screen in a dark room, seen over the heads of the audience."""
    night = blend(mood.dark, (16, 18, 34), 0.5)
    canvas = Canvas(blend(night, mood.second, 0.12), night)
    canvas.shape([(800, -60), (300, 640), (1300, 640)], sheer(mood.light, 20))
    for grow in (70, 44, 20):
        canvas.box(300 - grow, 110 - grow, 1300 + grow, 650 + grow, sheer(mood.light, 13), 30)
    canvas.box(284, 94, 1316, 666, blend(night, mood.dark, 0.5), 10)
    canvas.fade(300, 110, 1300, 650, (mood.sky, mood.haze))
    canvas.oval(300 + rng.randint(180, 820), 270, 62, 62, mood.light)
    for base, height, share in ((560, 130, 0.55), (620, 110, 0.25)):
        ridge = [
            (300 + at * 50, base - height * (0.3 + 0.7 * rng.random()) * (0.4 + 0.6 * (at % 3) / 2)) for at in range(21)
        ]
        canvas.shape([(300, 650), *ridge, (1300, 650)], blend(mood.green, mood.haze, share))
    canvas.shape([(300, 650), (640, 560), (960, 560), (1300, 650)], blend(mood.floor, mood.light, 0.2))
    for x, r in ((700, 17), (770, 19), (850, 18), (910, 15)):
        People(canvas, mood, rng).standing(x, 630, r, seen_from="back")
    for x in (90, 1510):
        canvas.oval(x, 300, 90, 90, sheer(mood.light, 18))
        canvas.oval(x, 300, 26, 34, blend(mood.light, mood.accent, 0.3))
    for y, size, gap in ((800, 36, 140), (925, 48, 180), (1075, 64, 236)):
        for at in range(int(1560 / gap) + 1):
            if rng.random() < 0.9:
                dark = blend(night, mood.second, 0.16 + (1075 - y) / 2600)
                _silhouette(canvas, dark, mood, 40 + at * gap + rng.uniform(-18, 18), y, size, rng)
    return canvas


def _silhouette(canvas: Canvas, dark: Colour, mood: Mood, x: float, base: float, r: float, rng: Random) -> None:
    rim = blend(dark, mood.light, 0.2)
    size = r * rng.uniform(0.92, 1.1)
    canvas.box(x - size * 1.8, base - size * 1.7, x + size * 1.8, base + size * 3, rim, size * 1.2)
    canvas.box(x - size * 1.8, base - size * 1.62, x + size * 1.8, base + size * 3, dark, size * 1.2)
    canvas.oval(x, base - size * 2.5, size, size * 1.14, rim)
    canvas.oval(x, base - size * 2.42, size, size * 1.14, dark)


def library(mood: Mood, rng: Random) -> Canvas:
    """Draw a library: full shelves, a reading table, a rug."""
    canvas = _room(mood, 690)
    for case in range(4):
        _bookcase(canvas, mood, 40 + case * 400, rng)
    canvas.oval(800, 930, 720, 130, blend(mood.accent, mood.floor, 0.35))
    canvas.oval(800, 930, 640, 106, blend(mood.accent, mood.light, 0.3))
    canvas.oval(800, 930, 560, 84, blend(mood.accent, mood.floor, 0.2))
    people = People(canvas, mood, rng)
    people.standing(rng.choice((150, 1450)), 800, 42, seen_from="back", reach=1.4)
    people.row([470, 690, 920, 1140], 770, 48)
    _table(canvas, mood, 360, 796, 890, 52)
    for x in (450, 660, 900, 1110):
        cover = mood.cloths[rng.randint(0, 5)]
        canvas.shape([(x - 62, 786), (x, 796), (x, 758), (x - 56, 748)], blend(mood.light, cover, 0.15))
        canvas.shape([(x + 62, 786), (x, 796), (x, 758), (x + 56, 748)], blend(mood.light, cover, 0.3))
    _lamp(canvas, mood, 800, 60)
    return canvas


def _bookcase(canvas: Canvas, mood: Mood, x: float, rng: Random) -> None:
    canvas.box(x, 90, x + 340, 692, blend(mood.wood, mood.dark, 0.3), 6)
    for shelf in range(4):
        top, at = 110 + shelf * 146, x + 20
        canvas.box(x + 16, top, x + 324, top + 128, blend(mood.wood, mood.dark, 0.5))
        while at < x + 296:
            width, height = rng.randint(14, 30), rng.randint(82, 120)
            spine = blend(rng.choice(mood.cloths), mood.dark, rng.uniform(0, 0.25))
            canvas.box(at, top + 128 - height, at + width - 2, top + 128, spine, 2)
            canvas.box(at, top + 146 - height, at + width - 2, top + 152 - height, sheer(mood.light, 90))
            at += width if rng.random() < 0.94 else width + 34


def computer_room(mood: Mood, rng: Random) -> Canvas:
    """Draw a computer room: two rows of screens, somebody helps."""
    canvas = _room(mood, 660)
    _window(canvas, mood, 120, 130, 330, 300)
    _window(canvas, mood, 1150, 130, 330, 300)
    canvas.box(580, 150, 1020, 420, blend(mood.light, mood.wall, 0.2), 8)
    canvas.fade(598, 168, 1002, 402, (blend(mood.second, mood.light, 0.5), blend(mood.second, mood.light, 0.2)))
    for at in range(3):
        canvas.box(640, 210 + at * 58, 640 + rng.randint(130, 310), 232 + at * 58, sheer(mood.light, 200), 8)
    people = People(canvas, mood, rng)
    people.standing(rng.choice((540, 800, 1060)), 790, 40, reach=1.6)
    _desks(canvas, mood, people, (y := 720), [230, 660, 1090, 1430], 0.8)
    _desks(canvas, mood, people, y + 250, [130, 620, 1110, 1560], 1.12)
    return canvas


def _desks(canvas: Canvas, mood: Mood, people: People, y: float, xs: list[int], size: float) -> None:
    _table(canvas, mood, -40, y, WIDTH + 80, 40 * size)
    for x in xs:
        width, height = 118 * size, 148 * size
        canvas.box(x - 16 * size, y - 30 * size, x + 16 * size, y + 4, mood.dark)
        canvas.box(x - width, y - height - 22 * size, x + width, y - 22 * size, mood.dark, 10)
        canvas.box(
            x - width + 9, y - height - 13 * size, x + width - 9, y - 34 * size, blend(mood.second, mood.light, 0.72), 6
        )
        canvas.box(x - width * 0.7, y - height * 0.86, x + width * 0.1, y - height * 0.72, mood.accent, 5)
        for at in range(3):
            canvas.box(x - width * 0.7, y - height * (0.62 - at * 0.13), x + width * (0.6 - at * 0.25),
                       y - height * (0.57 - at * 0.13), blend(mood.second, mood.light, 0.3), 4)  # fmt: skip
        people.bust(x, y + 128 * size, 42 * size, seen_from="back")


def kitchen(mood: Mood, rng: Random) -> Canvas:
    """Draw a kitchen: people prepare trays of pastry at a long counter."""
    canvas = _room(mood, 740)
    tile = blend(mood.second, mood.wall, 0.62)
    for row in range(4):
        for column in range(20):
            share = 0.0 if (row + column) % 2 else 0.22
            canvas.box(
                column * 80 + 3,
                330 + row * 80 + 3,
                column * 80 + 77,
                330 + row * 80 + 77,
                blend(tile, mood.light, share),
                4,
            )
    for shelf, y in enumerate((150, 270)):
        canvas.box(90, y, 1510, y + 16, mood.wood, 4)
        for at in range(12):
            jar = mood.cloths[(at + shelf * 2 + rng.randint(0, 2)) % len(mood.cloths)]
            x, tall = 120 + at * 116, rng.randint(46, 88)
            canvas.box(x, y - tall, x + 64, y, blend(jar, mood.light, 0.2), 14)
            canvas.box(x + 6, y - tall - 10, x + 58, y - tall + 6, blend(mood.wood, mood.dark, 0.2), 4)
    for x in (420, 800, 1180):
        _lamp(canvas, mood, x, 30)
    people = People(canvas, mood, rng)
    people.row([230, 520, 810, 1100, 1390], 770, 56)
    canvas.box(-20, 800, WIDTH + 20, 850, blend(mood.light, mood.shade, 0.4), 8)
    canvas.fade(0, 846, WIDTH, HEIGHT, (mood.wood, blend(mood.wood, mood.dark, 0.3)))
    for x in (150, 560, 970, 1340):
        _tray(canvas, mood, x, 812, rng)
    return canvas


def _tray(canvas: Canvas, mood: Mood, x: float, y: float, rng: Random) -> None:
    canvas.oval(x + 70, y + 12, 150, 26, blend(mood.dark, mood.light, 0.5))
    canvas.oval(x + 70, y + 6, 142, 21, blend(mood.dark, mood.light, 0.72))
    for at in range(7):
        crust = blend((222, 170, 96), mood.accent, rng.uniform(0, 0.35))
        canvas.oval(x - 34 + at * 34, y - 6 + (at % 2) * 9, 21, 16, blend(crust, mood.dark, 0.2))
        canvas.oval(x - 34 + at * 34, y - 11 + (at % 2) * 9, 20, 14, crust)


def map_table(mood: Mood, rng: Random) -> Canvas:
    """Draw a working session round a large map with pins."""
    canvas = _room(mood, 700)
    _wall_map(canvas, mood, rng)
    _plant(canvas, mood, 130, 770)
    people = People(canvas, mood, rng)
    people.standing(270, 840, 45, seen_from="back", reach=1.9)
    people.standing(1370, 850, 46, reach=-1.9)
    people.row([560, 800, 1040], 830, 50, seen_from="back")
    _table(canvas, mood, 380, 880, 840, 70)
    for x in (470, 640, 860, 1040):
        paper = blend(mood.light, rng.choice(mood.cloths), 0.12)
        canvas.shape([(x, 888), (x + 120, 884), (x + 132, 926), (x - 6, 930)], paper)
        canvas.line([(x + 18, 902), (x + 90, 900)], (*mood.second, 150), 4)
    return canvas


def _wall_map(canvas: Canvas, mood: Mood, rng: Random) -> None:
    """Hang up a map of no country: land, a river, roads and pins."""
    canvas.box(330, 80, 1270, 600, blend(mood.wood, mood.light, 0.2), 8)
    canvas.box(346, 96, 1254, 584, blend(mood.light, mood.wall, 0.25))
    land = [
        (346, 300),
        (470, 210),
        (640, 240),
        (760, 170),
        (930, 220),
        (1090, 160),
        (1254, 230),
        (1254, 584),
        (346, 584),
    ]
    canvas.box(346, 96, 1254, 584, blend(mood.sky, mood.light, 0.4))
    canvas.shape(land, blend(mood.green, mood.light, 0.55))
    canvas.shape(
        [(346, 470), (620, 430), (900, 500), (1254, 420), (1254, 584), (346, 584)], blend(mood.floor, mood.light, 0.4)
    )
    canvas.line(
        [(346, 380), (520, 360), (700, 420), (880, 340), (1100, 380), (1254, 330)],
        blend(mood.sky, mood.second, 0.35),
        12,
    )
    for at in range(5):
        canvas.line([(420 + at * 190, 584), (480 + at * 150, 250)], (*mood.wood, 110), 5)
    for _pin in range(16):
        x, y = rng.randint(400, 1200), rng.randint(270, 540)
        canvas.oval(x + 6, y + 18, 9, 4, sheer(mood.dark, 70))
        canvas.line([(x, y), (x + 4, y + 16)], mood.dark, 3)
        canvas.oval(x, y - 8, 14, 14, rng.choice(mood.cloths))


SCENES = {
    "classroom": classroom,
    "sewing": sewing,
    "hall": hall,
    "film": film_evening,
    "library": library,
    "computers": computer_room,
    "kitchen": kitchen,
    "map": map_table,
}
