"""How dates and numbers are written where Django's habit is not that of Belgium or Morocco.

settings.FORMAT_MODULE_PATH names this package; what a language does not name here stays Django's own.
"""

# A typed 03/04/2024 is the third of April in all four languages.
DATE_INPUT_FORMATS = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"]
DATETIME_INPUT_FORMATS = [f"{day} {time}" for day in DATE_INPUT_FORMATS for time in ("%H:%M", "%H:%M:%S")]
