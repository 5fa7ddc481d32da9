"""Opening hours: the part of the OpenStreetMap notation that offices and shops use, in Chinese too, as windows of each day.

`Mo-Fr 08:30-12:00,14:30-17:30; Sa 09:00-12:00; PH off`, `24/7`, `周一至周五 8:30-12:00,14:30-17:30;周六休息`, full-width signs too. A
later rule replaces an earlier one on the days it names, as in the original notation; what is not named is closed.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

DAY_MIN = 24 * 60
Window = tuple[int, int]
Windows = tuple[Window, ...]
_WHOLE_DAY: Windows = ((0, DAY_MIN),)
_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_HOLIDAY = 7

# What people write, as the notation has it; the longer first. Full-width signs have become narrow before this.
_WORDS = (
    ("全天候", "24/7"),
    ("24小时", "24/7"),
    ("全天", "00:00-24:00"),
    ("工作日", "Mo-Fr"),
    ("每天", "Mo-Su"),
    ("每日", "Mo-Su"),
    ("周末", "Sa-Su"),
    ("法定节假日", "PH"),
    ("节假日", "PH"),
    ("公众假期", "PH"),
    ("休息", "off"),
    ("不营业", "off"),
    ("关门", "off"),
    ("closed", "off"),
    ("至", "-"),
    ("到", "-"),
    ("~", "-"),
    ("–", "-"),  # noqa: RUF001 - the dash that word processors make of a hyphen
    ("—", "-"),
    ("、", ","),
    ("。", ";"),
)
_CHINESE_DAY = re.compile(r"(?:星期|礼拜|周)([一二三四五六日天])")
_CHINESE_RANGE = re.compile(r"(?:星期|礼拜|周)?([一二三四五六日天])-(?:星期|礼拜|周)?([一二三四五六日天])")
_DAY = rf"(?:{'|'.join(_DAYS)}|PH)"
_RULE = re.compile(rf"(?P<days>{_DAY}(?:-{_DAY})?(?:,{_DAY}(?:-{_DAY})?)*)?:?(?P<times>off|24/7|[\d:,-]+)?", re.IGNORECASE)
_TIMES = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")


@dataclass(frozen=True)
class OpeningHours:
    """The windows of each weekday, Monday first, and of public holidays (None: as on any such weekday); minutes from midnight.

    Windows of a day are in order and apart. What runs over midnight ends the day at 24:00 and begins the next at 0.
    """

    weekdays: tuple[Windows, ...]
    holidays: Windows | None = None

    def on(self, day: date, *, holiday: bool = False) -> Windows:
        """Return the windows of a day; none where it is closed."""
        return self.holidays if holiday and self.holidays is not None else self.weekdays[day.weekday()]


def read_hours(text: str) -> OpeningHours | None:
    """Read opening hours; None where the text is empty or not understood, since half a reading would keep people from open doors.

    Parameters
    ----------
    text
        As somebody wrote it.
    """
    rules = [_rule(part) for part in _normalised(text).split(";") if part]
    if not rules or any(rule is None for rule in rules):
        return None
    found: dict[int, list[Window]] = {day: [] for day in range(_HOLIDAY)}
    for days, windows in (rule for rule in rules if rule is not None):
        for day in days:
            found[day] = list(windows)
    weekdays: list[list[Window]] = [[] for _ in _DAYS]
    for day in range(_HOLIDAY):
        for opens, closes in found[day]:
            weekdays[day].append((opens, min(closes, DAY_MIN)))
            if closes > DAY_MIN:
                weekdays[(day + 1) % _HOLIDAY].append((0, closes - DAY_MIN))
    holidays = _joined([(opens, min(closes, DAY_MIN)) for opens, closes in found[_HOLIDAY]]) if _HOLIDAY in found else None
    # Somebody who wrote only when they are closed has not said when they are open.
    return OpeningHours(tuple(_joined(each) for each in weekdays), holidays) if any(weekdays) else None


def _normalised(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).strip()
    for word, sign in _WORDS:
        plain = plain.replace(word, sign)
    plain = re.sub(r"\s+", "", plain)
    plain = re.sub(rf"(?<=[\df]),(?={_DAY}|[周星礼])", ";", plain)  # `Mo 08:00-12:00, Tu 09:00-10:00` names a day anew
    plain = _CHINESE_RANGE.sub(lambda found: f"{_english(found[1])}-{_english(found[2])}", plain)
    return _CHINESE_DAY.sub(lambda found: _english(found[1]), plain)


def _english(day: str) -> str:
    return _DAYS["一二三四五六日".index("日" if day == "天" else day)]


def _rule(text: str) -> tuple[tuple[int, ...], tuple[Window, ...]] | None:
    matched = _RULE.fullmatch(text)
    if matched is None:
        return None
    days = tuple(_days(matched["days"])) if matched["days"] else tuple(range(_HOLIDAY))
    times = (matched["times"] or "").lower()
    if times == "off":
        return days, ()
    if times == "24/7" or (not times and matched["days"]):  # a day alone: open, nobody says when
        return days, _WHOLE_DAY
    windows = [_window(part) for part in times.split(",")]
    return None if any(window is None for window in windows) else (days, tuple(each for each in windows if each is not None))


def _days(text: str) -> Iterator[int]:
    for part in text.split(","):
        first, _, last = part.partition("-")
        begin, end = _place(first), _place(last or first)
        if _HOLIDAY in (begin, end):
            yield _HOLIDAY
            continue
        yield from ((begin + step) % _HOLIDAY for step in range((end - begin) % _HOLIDAY + 1))


def _place(day: str) -> int:
    return _HOLIDAY if day.upper() == "PH" else _DAYS.index(day.capitalize())


def _window(text: str) -> Window | None:
    matched = _TIMES.fullmatch(text)
    if matched is None:
        return None
    from_hour, from_min, to_hour, to_min = (int(each) for each in matched.groups())
    opens, closes = 60 * from_hour + from_min, 60 * to_hour + to_min
    if from_hour > 24 or to_hour > 29 or from_min > 59 or to_min > 59 or opens >= DAY_MIN or opens == closes:
        return None
    return opens, closes if closes > opens else closes + DAY_MIN


def _joined(windows: list[Window]) -> Windows:
    joined: list[Window] = []
    for opens, closes in sorted(windows):
        if joined and opens <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(closes, joined[-1][1]))
        else:
            joined.append((opens, closes))
    return tuple(joined)
