"""The hours of the day in which the scenes are drawn."""

from portal.roof.demonstration.canvas import Mood

WARM = ((196, 92, 66), (224, 162, 74), (92, 122, 108), (58, 84, 124), (146, 84, 108), (236, 224, 204))
COOL = ((52, 110, 132), (214, 120, 84), (112, 140, 92), (84, 78, 128), (232, 214, 186), (176, 72, 80))
CLAY = ((168, 84, 60), (44, 96, 104), (216, 172, 108), (120, 92, 76), (96, 132, 140), (240, 230, 214))

MORNING = Mood(
    sky=(188, 216, 230), haze=(246, 232, 210), wall=(240, 228, 208), shade=(214, 194, 168), floor=(196, 164, 128),
    wood=(170, 122, 80), green=(116, 152, 98), accent=(206, 98, 70), second=(62, 118, 134), dark=(48, 44, 58),
    light=(255, 246, 224), cloths=WARM,
)  # fmt: skip
NOON = Mood(
    sky=(134, 190, 222), haze=(226, 238, 238), wall=(228, 236, 234), shade=(188, 206, 206), floor=(176, 172, 164),
    wood=(196, 152, 104), green=(98, 150, 92), accent=(226, 150, 66), second=(44, 104, 120), dark=(34, 52, 66),
    light=(255, 252, 240), cloths=COOL,
)  # fmt: skip
EVENING = Mood(
    sky=(112, 106, 152), haze=(244, 176, 128), wall=(232, 206, 182), shade=(196, 160, 142), floor=(156, 118, 104),
    wood=(140, 92, 70), green=(104, 126, 92), accent=(214, 106, 84), second=(94, 92, 142), dark=(52, 40, 62),
    light=(255, 226, 180), cloths=CLAY,
)  # fmt: skip
SPRING = Mood(
    sky=(168, 210, 220), haze=(238, 242, 220), wall=(236, 238, 222), shade=(202, 212, 186), floor=(188, 178, 150),
    wood=(178, 138, 96), green=(132, 170, 96), accent=(220, 130, 120), second=(84, 132, 112), dark=(44, 60, 56),
    light=(255, 250, 226), cloths=COOL,
)  # fmt: skip
AUTUMN = Mood(
    sky=(198, 206, 208), haze=(240, 222, 196), wall=(236, 220, 198), shade=(208, 182, 150), floor=(178, 140, 104),
    wood=(150, 100, 66), green=(158, 138, 74), accent=(190, 84, 54), second=(72, 96, 112), dark=(54, 46, 50),
    light=(255, 240, 208), cloths=CLAY,
)  # fmt: skip

MOODS = (MORNING, NOON, EVENING, SPRING, AUTUMN)
