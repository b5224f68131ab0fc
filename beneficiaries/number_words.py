"""Figures in a text, in digits of any writing and in words of the four languages up to twenty."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# Words for each number. "Een", "un" and "une" alone are articles, and "een paar" is "some". Arabic words are those of
# either sex and case; what is spelt with a hamza is read without it too.
_WORDS = {
    1: "one|één|eén|één enkele|een enkele|un seul|une seule|واحد|واحدة|واحدا|إحدى",
    2: "two|both|couple|pair|twee|tweeën|tweetal|beide|beiden|allebei|deux|paire|اثنان|اثنين|اثنتان|اثنتين|إثنان|إثنين"
    "|كلتا|كلتاهما|كلتيهما|كلاهما|كليهما|جوج",
    3: "three|trio|drie|drieën|drietal|trois|ثلاث|ثلاثة",
    4: "four|vier|viertal|quatre|أربع|أربعة",
    5: "five|vijf|vijftal|cinq|خمس|خمسة",
    6: "six|zes|zestal|ست|ستة",
    7: "seven|zeven|sept|سبع|سبعة",
    8: "eight|acht|huit|ثمان|ثماني|ثمانية",
    9: "nine|negen|neuf|تسع|تسعة",
    10: "ten|tien|dix|عشر|عشرة",
    11: "eleven|elf|onze|أحد عشر|إحدى عشرة",
    12: "twelve|dozen|twaalf|dozijn|douze|douzaine|اثنا عشر|اثني عشر|اثنتا عشرة|اثنتي عشرة",
    13: "thirteen|dertien|treize|ثلاث عشرة|ثلاثة عشر",
    14: "fourteen|veertien|quatorze|أربع عشرة|أربعة عشر",
    15: "fifteen|vijftien|quinze|خمس عشرة|خمسة عشر",
    16: "sixteen|zestien|seize|ست عشرة|ستة عشر",
    17: "seventeen|zeventien|dix-sept|سبع عشرة|سبعة عشر",
    18: "eighteen|achttien|dix-huit|ثماني عشرة|ثمانية عشر",
    19: "nineteen|negentien|dix-neuf|تسع عشرة|تسعة عشر",
    20: "twenty|twintig|vingt|عشرون|عشرين",
    # Begins with the word for four.
    80: "quatre-vingt|quatre-vingts|quatre-vingt-dix",
}
# Arabic says two of somebody in one word: these with the ending of the dual.
_PEOPLE = (
    "امرأ|مرأ|سيد|فتا|طالب|طفل|شاب|متعلم|مستفيد|مشارك|متدرب|خريج|متخرج|مترشح|مرشح|ضحي|أرمل|مطلق|عامل|مواطن|مهاجر|لاجئ"
)
_OTHERS = "رجلان|رجلين|شابان|شابين|طفلان|طفلين|بنتان|بنتين|شخصان|شخصين|أختان|أختين|طالبان|طالبين|متعلمان|متعلمين|أمّان"
_DUAL = [f"{stem}ت{end}" for stem in _PEOPLE.split("|") for end in ("ان", "ين")] + _OTHERS.split("|")
# Arabic writes "and", "in", "for" and the article onto the word.
_PREFIX = "(?:[وف]?[بلك]?(?:ال|ل)?)"
_MARKS = re.compile("[\u0640\u064b-\u0652\u200e\u200f]")
_HAMZA = str.maketrans("أإآ", "ااا")

# What stands behind a number that counts nobody: money, an hour, how long, a month. "May" and "March" are months in
# capitals alone.
_UNITS = (
    "€|eur|euro|euros|dh|dhs|mad|dirham|dirhams|cent|centimes|يورو|أورو|درهم|درهما|دراهم"
    "|h|u|am|pm|a\\.m|p\\.m|uur|uren|heure|heures|hour|hours|o['’]clock|min|minuut|minuten|minute|minutes|ساعة|ساعات|دقيقة|دقائق"
    "|dag|dagen|jour|jours|journées|day|days|يوم|يوما|أيام|week|weken|weeks|semaine|semaines|أسبوع|أسبوعا|أسابيع"
    "|maand|maanden|mois|month|months|شهر|شهرا|أشهر|شهور|jaar|an|ans|année|années|year|years|سنة|سنوات|عام|عاما|أعوام|km"
    "|januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"
    "|janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
    "|january|february|(?-i:March)|(?-i:May)|june|july|august|october"
    "|يناير|فبراير|مارس|أبريل|ماي|مايو|يونيو|يوليوز|يوليو|غشت|أغسطس|شتنبر|سبتمبر|أكتوبر|نونبر|نوفمبر|دجنبر|ديسمبر"
)
# And what is often counted in a log, and is nobody: how often, parts of a day, lessons, groups, municipalities.
_THINGS = (
    "x|×|%|kg|kilos?|kilogramm?es|cm|km|lit(?:er|re)s?|grams?|grammes|times|hundred|thousand|half-days?|mornings?|afternoons?|evenings?|nights?|lessons?|sessions?|meetings?|workshops?"
    "|groups?|visits?|municipalities|associations|organisations|photos?|pages?|rooms?"
    "|fois|cents?|mille|demi-journées?|matins?|matinées?|après-midis?|soirs?|soirées?|nuits?|leçons?|cours|séances?"
    "|réunions?|ateliers?|groupes?|visites?|communes?|associations?|coopératives?|salles?|mètres?"
    "|keer|maal|honderd|duizend|ochtenden|voormiddagen|namiddagen|avonden|lessen|sessies|vergaderingen|bijeenkomsten"
    "|groepen|bezoeken|gemeenten|gemeentes|verenigingen|foto['’]s|pagina['’]s|zalen|lokalen|meter"
    "|مرات|مرة|مئة|مائة|ألف|آلاف|صباحات|دروس|حصص|جلسات|اجتماعات|لقاءات|ورشات|ورش|مجموعات|زيارات|جماعات|جمعيات|تعاونيات"
    "|صور|صفحات|قاعات"
    # What stands on a market or in a workshop, or is handed out there.
    "|stalls?|stands?|tables?|chairs|benches|tents?|(?:sewing )?machines?|computers?|laptops?|tablets?|phones?"
    "|bus(?:es)?|cars?|vans?|boxes|crates?|bags?|posters?|leaflets?|brochures?|books?|films?|videos?|documents?"
    "|questions?|points?|steps?|topics?|themes?|projects?|activities|modules?|languages?|districts|neighbourhoods"
    "|villages?|towns|cities|schools?|streets?|floors?|products?|dishes|recipes?|rounds?|percent|per cent"
    "|étals?|bancs|chaises|tentes?|chapiteaux|machines à coudre|ordinateurs?|tablettes?|téléphones?|voitures?"
    "|camionnettes?|camions?|boîtes|caisses?|cartons|sacs?|affiches?|dépliants?|livres?|vidéos?|étapes?|thèmes?"
    "|projets?|activités?|langues|quartiers|villes|écoles?|rues|étages?|produits?|plats|recettes|tours?|pour cent"
    "|kramen|kraam|kraampjes|standen|tafels?|stoelen|banken|tenten|naaimachines?|toestellen|telefoons|bussen"
    "|auto['’]s|bestelwagens?|bakken|dozen|zakken|kilo['’]s|folders?|affiches|boeken|boekjes|filmpjes|video['’]s"
    "|documenten|vragen|punten|stappen|thema['’]s|projecten|activiteiten|talen|wijken|dorpen|steden|scholen|straten"
    "|verdiepingen|producten|gerechten|recepten|rondes|uitstappen|dagdelen|procent"
    "|طاولات|طاولة|كراسي|خيام|خيمة|أكشاك|كشك|أروقة|رواق|آلات|آلة|ماكينات|حواسيب|حاسوب|حافلات|حافلة|سيارات|سيارة"
    "|صناديق|صندوق|أكياس|كيس|كيلوغرامات|كيلوغراما|كيلو|كلغ|لترات|لترا|ملصقات|مطويات|أفلام|فيلم|وثائق|أسئلة|نقاط"
    "|مراحل|خطوات|مواضيع|مشاريع|أنشطة|وحدات|لغات|دواوير|قرى|مدن|مدارس|شوارع|طوابق|منتوجات|منتجات|أطباق|وصفات"
    "|جولات|خرجات|بالمئة|بالمائة|في المئة|في المائة"
)
# The name of a room or a bus, and of nothing else where no noun follows: "room 3 women" may be three.
_NAMED = "lokaal|zaal|klas|tafel|kraam|lijn|bus|deel|room|hall|table|stall|line|part|salle|classe|étal|ligne|partie"
_NAMED += "|(?:ال)?(?:قاعة|حجرة|طاولة|حافلة|خط)(?: رقم)?"
_GOES_ON = "is|was|were|en|van|in|op|met|and|of|on|at|for|with|est|était|et|de|du|à|pour|avec|dans|في|من|على|مع|و"
# Between two numbers that share what stands behind them.
_TO = "[-–/]|à|tot|to|et|en|and|ou|of|or|إلى|أو|و"

_SEPARATORS = ".,\u066c\u00a0\u202f "
# Digits that count nobody: a date, a school year, 1 000, an hour, an order, and an amount behind its currency.
_NO_COUNT = re.compile(
    r"(?<!\d)(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}([-/.])\d{1,2}\1\d{2,4}|[12]\d{3}[-/]\d{2,4}"
    rf"|\d{{1,3}}(?:[{_SEPARATORS}]\d{{3}})+|\d{{1,2}}\s?[:hu]\s?\d{{2}})(?!\d)"
    r"|(?<!\d)\d{1,2}(?:er|re|ère|e|ème|eme|de|ste|st|nd|rd|th)(?!\w)"
    rf"|(?<!\w)(?:{_NAMED})\s\d{{1,3}}(?!\d)(?=\s*(?:[^\w\s]|$)|\s+(?:{_GOES_ON})(?!\w))"
    r"|(?:€|(?<!\w)(?:eur|mad|dh|n[°º]|nr|الساعة))\.?\s?\d+",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"(?<!\d)(?<!\d[.,\u066b])(\d{1,6})(?:[.,\u066b](\d+))?(?!\d)")


@dataclass(frozen=True)
class Figure:
    """A number as it stands in a text."""

    text: str
    number: int


def _spelt() -> dict[str, int]:
    """Return {word: number}, each with and without its hamza."""
    words = {word: number for number, listed in _WORDS.items() for word in listed.split("|")}
    words |= {_MARKS.sub("", word): 2 for word in _DUAL}
    return {word.translate(_HAMZA): number for word, number in words.items()} | words


_SPELT = _spelt()
_ANY = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(_SPELT, key=len, reverse=True))
# "Twenty-one" is not one, nor is "one's own", and the second day of the week is no pair.
_WORD = re.compile(rf"(?<![\w-])(?<!يوم ){_PREFIX}({_ANY})(?!['’]?\w)", re.IGNORECASE)
_NUMBER = rf"(?:{_PREFIX}(?:{_ANY})|\d{{1,6}}(?:[.,\u066b]\d+)?)"
_UNCOUNTED = "|".join(text for kind in (_UNITS, _THINGS) for text in (kind, kind.translate(_HAMZA)))
_MEASURED = re.compile(
    rf"(?<![\w-])(?:{_NUMBER}\s?(?:{_TO})\s?)?{_NUMBER}[\s-]?(?:{_UNCOUNTED})(?!\w)",
    re.IGNORECASE,
)


def figures_of(text: str) -> list[Figure]:
    """Return the whole numbers in a text that may count people, as they stand there, in their order."""
    plain = _MARKS.sub("", unicodedata.normalize("NFC", text))
    counted = _MEASURED.sub(_blank, _NO_COUNT.sub(_blank, plain))
    found = [
        (match.start(), Figure(match.group(), int(match.group(1))))
        for match in _FIGURE.finditer(counted)
        # 2,0 is two, and 2,5 counts nobody.
        if not int(match.group(2) or 0)
    ]
    for match in _WORD.finditer(counted):
        word = " ".join(match.group(1).lower().split())
        found.append((match.start(), Figure(match.group(), _SPELT[word])))
    return [figure for _place, figure in sorted(found, key=lambda item: item[0])]


def _blank(match: re.Match[str]) -> str:
    return "\n" * len(match.group())
