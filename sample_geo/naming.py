"""Names of organisations, as registered there and in English, and the codes by which they are registered."""

import numpy as np

from sample_geo import words
from sample_geo.crowd import Crowd
from sample_geo.land import County
from sample_geo.people_words import GIVEN, SURNAMES
from sample_geo.trade_words import BRAND_FIRST, BRAND_SECOND, BRAND_THIRD, FORMS, TRADES

BRANDS = len(BRAND_FIRST) * len(BRAND_SECOND)
PEOPLE = len(SURNAMES) * len(GIVEN) ** 2
OWNER_SHARE = 0.5  # small shops that carry their owner's name
WITH_TOWN = 0.35  # companies that name the town besides the county


def build_names(generator: np.random.Generator, county: County, crowd: Crowd) -> tuple[np.ndarray, np.ndarray]:
    """Return the name of every organisation as registered, and its English name; brands are different within a county."""
    count = len(crowd)
    after_owner = (crowd.form == "shop") & (generator.random(count) < OWNER_SHARE)
    brand = np.empty(count, int)
    brand[after_owner] = _different(generator, int(after_owner.sum()), PEOPLE)
    brand[~after_owner] = _different(generator, int((~after_owner).sum()), BRANDS)
    with_town = generator.random(count) < WITH_TOWN
    names, english = [], []
    rows = zip(crowd.special, crowd.kind.tolist(), crowd.town.tolist(), brand.tolist(), after_owner, with_town, strict=True)
    for special, kind, number, mark, owned, placed in rows:
        if special is not None:
            names.append(special[0])
            english.append(special[1])
            continue
        zh, en = _owner(mark) if owned else _brand(mark)
        row, town = TRADES[kind], county.towns[number]
        start = county.name if row.form in ("company", "coop") and not placed else f"{county.name}{town.name}{words.PINYIN_TOWN}"
        names.append(f"{start}{zh}{row.name}{FORMS[row.form]}")
        english.append(_english(county, town.name_en, row.form, f"{en} {row.name_en}"))
    return np.array(names, object), np.array(english, object)


def _english(county: County, town: str, form: str, name: str) -> str:
    if form == "company":
        return f"{county.name_en} {name} Co., Ltd."
    if form == "factory":
        return f"{name} Factory, {town}"
    return f"{county.name_en} {name} Cooperative" if form == "coop" else f"{name}, {town}"


def _different(generator: np.random.Generator, count: int, plain: int) -> np.ndarray:
    """Return different numbers: all of the plain ones first (in random order), then those with a third character."""
    room = plain * max(1, -(-count // plain))
    numbers = np.concatenate([generator.permutation(plain) + start for start in range(0, room, plain)])
    return generator.permutation(numbers[:count])


def _brand(number: int) -> tuple[str, str]:
    third, rest = divmod(number, BRANDS)
    first, second = BRAND_FIRST[rest // len(BRAND_SECOND)], BRAND_SECOND[rest % len(BRAND_SECOND)]
    extra = BRAND_THIRD[third % len(BRAND_THIRD)]
    return first[0] + second[0] + extra[0], first[1] + second[1] + extra[1]


def _owner(number: int) -> tuple[str, str]:
    surname, rest = divmod(number % PEOPLE, len(GIVEN) ** 2)
    (one, one_en), (two, two_en) = GIVEN[rest // len(GIVEN)], GIVEN[rest % len(GIVEN)]
    return f"{SURNAMES[surname][0]}{one}{two}", f"{SURNAMES[surname][1]} {one_en}{two_en.lower()}"
