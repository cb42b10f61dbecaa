"""Signs that a draft names a pupil. A warning before posting, never a block: the writer knows better than a pattern.

A pure function of the text, English and common Welsh. Every pattern has bounded repeats and every look around a hit a
bounded reach, so that the time grows with the length of the text and with nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from belonging.moderation.naming_words import CHILD, INITIALS_OF_OTHERS, NO_NAMES, ROLE, TITLES

NEAR = 70


@dataclass(frozen=True)
class Sign:
    """``kind`` is upn, nhs, uln, birth, phone, initials, name or address; ``excerpt`` the words that were found."""

    kind: str
    excerpt: str
    message: str


def signs(text: str) -> list[Sign]:
    """What in a draft seems to point at one pupil, in the order of the text, each once."""
    found = [(at, kind, " ".join(text[at:end].split())) for kind, find in _FINDERS.items() for at, end in find(text)]
    made: dict[tuple[str, str], Sign] = {}
    for _at, kind, excerpt in sorted(found):
        made.setdefault((kind, excerpt), Sign(kind, excerpt, _message(kind)))
    return list(made.values())


def _message(kind: str) -> str:
    return {
        "upn": _("This looks like a pupil’s number. Take it out."),
        "nhs": _("This looks like an NHS number. Take it out."),
        "uln": _("This looks like a learner’s number. Take it out."),
        "birth": _("This looks like a date of birth. An age or “in Key Stage 2” says enough."),
        "phone": _("This looks like somebody’s phone number. Take it out, or ask people to reply here."),
        "initials": _("Initials with a year or a school can point to one pupil. Write “a pupil in Key Stage 2” instead."),
        "name": _("This looks like a pupil’s name. Write “a pupil” instead; a made-up name can be taken for a real one."),
        "address": _("This looks like where a family lives. Take it out."),
    }[kind]  # fmt: skip


_YEAR = r"(?:(?:[Yy]ear|YEAR|[Yy]r|Y|[BbMF]lwyddyn|[Bb]l)[. ]{0,2}(?:1[0-4]|[1-9])(?!\d)|\b(?:Reception|Nursery|Derbyn|Meithrin)\b)"
YEAR = re.compile(r"(?<![^\W_])" + _YEAR)
SCHOOL = re.compile(
    r"\b[A-Z][\w'’-]{1,20} (?:(?:[A-Z][\w'’-]{0,20}|of|the|C of E|CE|RC) ){0,3}(?:Primary|Academy|School|High|Infants?|Juniors?|College|Secondary|Nursery)\b"
    r"|\bYsgol [A-Z]\w{1,20}"
)
AGE = re.compile(
    r"\b(?:aged?|is|oed|yn) (?:[3-9]|1[0-8])\b|\b(?:[3-9]|1[0-8])[- ]years?[- ]old\b|\b(?:[3-9]|1[0-8]) oed\b|[,(] ?(?:[3-9]|1[0-8]) ?[,)]"
)
CHILD_WORD = re.compile(rf"\b(?:{CHILD})\b", re.I)


def _around(text: str, start: int, end: int, reach: int = NEAR) -> str:
    return text[max(start - reach, 0) : end + reach]


def _sentence(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and behind in the same sentence, at most ``NEAR`` letters each way."""
    before = re.split(r"[.!?]\s|\n", text[max(start - NEAR, 0) : start])[-1]
    behind = re.split(r"[.!?](?:\s|$)|\n", text[end : end + NEAR])[0]
    return before, behind


# --- numbers ---------------------------------------------------------------------------------------------------------
UPN = re.compile(r"(?<![A-Za-z0-9])([A-Z])(\d{11})([A-Z0-9])(?![A-Za-z0-9])")
UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
OTHER_NUMBER = re.compile(
    r"\b(?:order|ref|reference|invoice|tracking|parcel|booking|account|serial|isbn|licen[cs]e)\b", re.I
)
TEN = re.compile(r"(?<![\d+])\d{3}([ -]?)\d{3}\1\d{4}(?!\d)")


def _upns(text: str) -> Iterator[tuple[int, int]]:
    """One letter and twelve digits, or eleven and a letter. With a wrong check letter it may be somebody's order."""
    for hit in UPN.finditer(text):
        if _upn_is_right(hit[0]) or not OTHER_NUMBER.search(text[max(hit.start() - 40, 0) : hit.start()]):
            yield hit.span()


def _upn_is_right(upn: str) -> bool:
    if upn[0] not in UPN_LETTERS:
        return False
    values = [int(sign) if sign.isdecimal() else UPN_LETTERS.find(sign) for sign in upn[1:]]
    total = sum(value * weight for weight, value in enumerate(values, start=2))
    return min(values) >= 0 and UPN_LETTERS[total % 23] == upn[0]


def _nhs_numbers(text: str) -> Iterator[tuple[int, int]]:
    """Ten digits that are said to be one, or that stand in the usual groups and have the right check digit."""
    for hit in TEN.finditer(text):
        said = re.search(r"\b(?:NHS|GIG)\b[^.\n]{0,25}$", text[max(hit.start() - 35, 0) : hit.start()])
        if said or (hit[1] and hit[0][0] != "0" and _modulus_11(re.sub(r"\D", "", hit[0]))):
            yield hit.span()


def _modulus_11(digits: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False))
    return (11 - total % 11) % 11 == int(digits[9])


def _ulns(text: str) -> Iterator[tuple[int, int]]:
    for hit in TEN.finditer(text):
        before = text[max(hit.start() - 45, 0) : hit.start()]
        if re.search(r"(?:\bULN\b|[Ll]earner [Nn]umber|[Rr]hif [Uu]nigryw)[^.\n]{0,20}$", before):
            yield hit.span()


PHONE = re.compile(r"(?<![\w+/.£-])(?:\+44|0044|0)(?:[ ()-]{0,3}\d){8,11}(?![\d/])")
OFFICE = re.compile(
    r"\b(?:office|reception|council|helpline|charity|line|switchboard|team|service|trust|library|venue|desk|swyddfa|cyngor|elusen)\b",
    re.I,
)


def _phones(text: str) -> Iterator[tuple[int, int]]:
    """Mobiles, and landlines that no office, council or helpline is named with. 0800, 03 and 08 belong to nobody's home."""
    for hit in PHONE.finditer(text):
        digits = "0" + re.sub(r"\D", "", re.sub(r"^(?:\+44|0044|0)", "", hit[0])).removeprefix("0")
        if not re.search(r"\d{3}", hit[0][1:]):
            continue
        mobile = digits.startswith("07") and len(digits) == 11
        landline = digits[:2] in {"01", "02"} and len(digits) in {10, 11}
        if mobile or (landline and not OFFICE.search(text[max(hit.start() - 45, 0) : hit.start()])):
            yield hit.span()


# --- dates of birth --------------------------------------------------------------------------------------------------
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|"
    r"Dec(?:ember)?|Ionawr|Chwefror|Mawrth|Ebrill|Mai|Mehefin|Gorffennaf|Awst|Medi|Hydref|Tachwedd|Rhagfyr)"
)
_DATE = (
    rf"(?:\d{{1,2}} ?[/.-] ?\d{{1,2}} ?[/.-] ?(?:\d{{4}}|\d{{2}})(?!\d)|\d{{4}}-\d{{2}}-\d{{2}}|"
    rf"\d{{1,2}}(?:st|nd|rd|th|af|ain|ydd|fed|eg)?(?: of)? {_MONTH},?(?: \d{{2,4}})?|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}})"
)
_BORN = r"(?:\bdob\b|\bd\. ?o\. ?b\b\.?|\bdate of birth\b|\bbirth ?date\b|\bborn\b|\bbirthday\b|\bdyddiad geni\b|\bganwyd\b|\bganed\b|\bpen-?blwydd\b)"
BIRTH = re.compile(rf"({_BORN})[^\d\n]{{0,22}}?(?:on |ar )?({_DATE})", re.I)
NOT_A_PERSON = re.compile(
    r"\b(?:idea|network|project|school|programme|group|community|charity|trust|movement|campaign|forum|club|festival|partnership|NHS|prosiect|ysgol)\b",
    re.I,
)


def _births(text: str) -> Iterator[tuple[int, int]]:
    for hit in BIRTH.finditer(text):
        word = hit[1].lower()
        figurative = word in {"born", "ganwyd", "ganed", "birthday", "penblwydd", "pen-blwydd"}
        if figurative and NOT_A_PERSON.search(text[max(hit.start() - 45, 0) : hit.start()]):
            continue
        if "birthday" in word and not re.search(r"\d{4}|\d[/.-]\d", hit[2]):
            continue
        yield hit.span()


# --- initials --------------------------------------------------------------------------------------------------------
DOTTED = re.compile(r"(?<![\w.])[A-Z]\. ?[A-Z](?:\. ?[A-Z])?\.?(?![\w])")
BARE = re.compile(r"(?<![\w.&/-])[A-Z]{2,3}(?![\w&/-])")
SINGLE = re.compile(r"(?<![\w.&/'’-])[B-HJ-Z](?![\w&/'’-])(?!\. ?[A-Z]\b)\.?")
_GO_ON = (
    r"(?:['’]s)?[ ,(–-]{1,3}(?:(?:is|was|who|who['’]s|a|an|in|now|currently|mewn|ym|yn|o|boy|girl|pupil|from) ){0,3}"
)
YEAR_BEHIND = re.compile(_GO_ON + r"\(?" + _YEAR)
YEAR_BEFORE = re.compile(
    _YEAR
    + r"[ ,:()–-]{1,3}(?:(?:pupil|child|boy|girl|student|learner|called|disgybl|plentyn|bachgen|merch)[ ,]{1,2}){0,2}$"
)
CHILD_BEFORE = re.compile(rf"\b(?:{CHILD})[ ,:(]{{1,3}}(?:called |named |initials |o['’]r enw )?$", re.I)
LETTER_OF = re.compile(
    r"\b(?:class|set|group|plan|band|form|block|option|team|house|vitamin|tutor|section|part|room|hall|unit|grade|appendix|table|figure|pupil|child|student|type)[ -]$",
    re.I,
)


def _initials(text: str) -> Iterator[tuple[int, int]]:
    """J.S. with a year, a school or a child; JS beside a year or behind a child; J with a year and a school."""
    for hit in DOTTED.finditer(text):
        letters = re.sub(r"[^A-Z]", "", hit[0])
        before, behind = _sentence(text, hit.start(), hit.end())
        surname = re.match(
            r"\s?(?!Year|Yr|Reception|Nursery|Derbyn|Blwyddyn|At |In |Is |Was )[A-Z][a-z]",
            text[hit.end() : hit.end() + 12],
        )
        near = f"{before} {behind}"
        if letters in INITIALS_OF_OTHERS or surname or re.search(rf"\b(?:{TITLES})\.? $", before):
            continue
        if YEAR.search(near) or SCHOOL.search(near) or CHILD_WORD.search(near):
            yield hit.span()
    for hit in BARE.finditer(text):
        if hit[0] in INITIALS_OF_OTHERS:
            continue
        before, behind = text[max(hit.start() - 45, 0) : hit.start()], text[hit.end() : hit.end() + 45]
        beside = len(hit[0]) == 2 and (_pupil_in_year(behind) or YEAR_BEFORE.search(before))
        at_school = (
            len(hit[0]) == 2 and re.match(r"(?:['’]s)?[ ,(]{1,2}(?:at|from|yn) ", behind) and SCHOOL.search(behind)
        )
        if beside or at_school or (CHILD_BEFORE.search(before) and _sure(text, hit)):
            yield hit.span()
    for hit in SINGLE.finditer(text):
        near = " ".join(_sentence(text, hit.start(), hit.end()))
        if (
            YEAR.search(near)
            and SCHOOL.search(near)
            and not LETTER_OF.search(text[max(hit.start() - 12, 0) : hit.start()])
        ):
            yield hit.span()


def _pupil_in_year(behind: str) -> bool:
    hit = YEAR_BEHIND.match(behind)
    return bool(hit) and not re.match(
        rf"[ -](?:{ROLE}|pupils|classes|groups?)\b", behind[hit.end() :] if hit else "", re.I
    )


def _sure(text: str, hit: re.Match[str]) -> bool:
    near = _around(text, hit.start(), hit.end())
    return bool(YEAR.search(near) or SCHOOL.search(near) or AGE.search(near)) or len(hit[0]) == 2


# --- names -----------------------------------------------------------------------------------------------------------
TWO_WORDS = re.compile(r"\b(?=([^\W\d_][\w'’-]{1,20}) ([^\W\d_][\w'’-]{1,20})\b)")
CALLED = re.compile(rf"\b(?:{CHILD})[ ,:(]{{1,3}}(?:is |was |who is |who was )?(?:called|named|o['’]r enw) $", re.I)
ONE_NAME = re.compile(
    rf"\b(?i:{CHILD})[ ,:(]{{1,3}}(?:called |named |o['’]r enw )?([A-Z][a-z'’-]{{1,20}})\b(?! [A-Z][a-z])"
)
NAME_THEN_CHILD = re.compile(
    rf"[ ,(–-]{{1,3}}(?:(?:is|was|who|a|an|the|my|our|only|new|quiet|youngest|yn|in|aged?|year|yr|y|\d{{1,2}}|[yY]\d{{1,2}}|year-old|\d{{1,2}}-year-old|at|blwyddyn|oed|bl|old|years)[ ,)]{{1,2}}){{0,8}}(?:{CHILD})\b",
    re.I,
)
NAME_IN_YEAR = re.compile(
    r"(?:['’]s|,| \(|,? who is|,? who's| is)? ?(?:in |now in |from |ym |yn )\(?"
    + _YEAR
    + r"|[ ,]{0,2}\("
    + _YEAR
    + r"[ ,)]|, "
    + _YEAR
)


def _names(text: str) -> Iterator[tuple[int, int]]:
    """A full name beside a child, or that is in a year; a first name beside a child with a year or an age and a school."""
    for hit in TWO_WORDS.finditer(text):
        first, last = hit[1], hit[2]
        if not (_like_a_name(first) and _like_a_name(last)):
            continue
        start, end = hit.start(), hit.end(2)
        before, behind = _sentence(text, start, end)
        if re.search(rf"\b(?:{TITLES})\.? $", before) or re.match(
            rf"[ ,(–-]{{1,3}}(?:the |our |a |an )?(?:\w+ ){{0,2}}(?:{ROLE})\b", behind, re.I
        ):
            continue
        around = f"{before}|{behind}"
        told = bool(YEAR.search(around) or AGE.search(around) or SCHOOL.search(around))
        if (
            CALLED.search(before)
            or (told and (CHILD_BEFORE.search(before) or NAME_THEN_CHILD.match(behind)))
            or (
                (in_year := NAME_IN_YEAR.match(behind))
                and not re.match(
                    rf"[ )-]{{1,2}}(?:\w+ )?(?:{ROLE}|pupils|class|classes|parents|team)\b",
                    behind[in_year.end() :],
                    re.I,
                )
                and not re.search(rf"\b(?:{ROLE})[ ,:]{{0,2}}$", before, re.I)
            )
        ):
            yield start, end
    for hit in ONE_NAME.finditer(text):
        name = hit[1]
        around = "|".join(_sentence(text, hit.start(), hit.end()))
        if _like_a_name(name) and (YEAR.search(around) or AGE.search(around)) and SCHOOL.search(around):
            yield hit.start(1), hit.end(1)


def _like_a_name(word: str) -> bool:
    bare = re.sub(r"['’]s$", "", word)
    return bare[:1].isupper() and len(bare) > 1 and not bare.isupper() and bare.casefold() not in NO_NAMES


# --- addresses -------------------------------------------------------------------------------------------------------
POSTCODE = re.compile(r"(?<![A-Za-z0-9])[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}(?![A-Za-z0-9])")
STREET = re.compile(
    r"(?<![\d£])\b\d{1,4}[a-zA-Z]?,? (?:[A-Z][\w'’-]{1,20} ){1,3}(?:Street|Road|Avenue|Lane|Close|Drive|Way|Crescent|Terrace|Court|Gardens|Place|Grove|St|Rd|Ave)\b"
    r"|(?<![\d£])\b\d{1,4}[a-zA-Z]?,? (?:Heol|Stryd|Ffordd|Lôn|Maes|Clos) (?:y |yr )?[A-Z]\w{1,20}"
)
LIVES = re.compile(
    rf"\b(?:{CHILD}|family|lives?|living|home address|mum|mother|father|dad|byw|teulu|cyfeiriad)\b", re.I
)
MEETING_PLACE = re.compile(
    r"\b(?:venue|event|conference|hall|centre|office|library|museum|hotel|meet(?:ing)? at|training|workshop|school is|write to|post to|council|lleoliad|canolfan)\b",
    re.I,
)


def _addresses(text: str) -> Iterator[tuple[int, int]]:
    for pattern in (STREET, POSTCODE):
        for hit in pattern.finditer(text):
            near = _around(text, *hit.span())
            if LIVES.search(near) and not MEETING_PLACE.search(near):
                yield hit.span()


_FINDERS: dict[str, Callable[[str], Iterator[tuple[int, int]]]] = {
    "upn": _upns,
    "nhs": _nhs_numbers,
    "uln": _ulns,
    "birth": _births,
    "phone": _phones,
    "initials": _initials,
    "name": _names,
    "address": _addresses,
}
