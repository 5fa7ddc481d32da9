"""Unified social credit codes (GB 32100-2015) with valid check characters."""

import numpy as np

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z
WEIGHTS = np.array([pow(3, place, 31) for place in range(17)])
ORG_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2])
ORG_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FORM_CODES = {"company": "91", "factory": "92", "shop": "92", "coop": "93", "public": "12", "village": "54"}
# Odd and no multiple of 5 or 31: counting in these steps meets every code once.
STEP = 48_271


def credit_codes(forms: np.ndarray, serials: np.ndarray, old: np.ndarray, *, area: str, start: int) -> np.ndarray:
    """Return one different code for each organisation.

    Parameters
    ----------
    forms, serials
        Legal form (a key of `FORM_CODES`) and a number that no other organisation of the area has.
    old
        True where the inner code is of the kind given before October 2015: digits only.
    area
        The six digits of the registering county.
    start
        First inner number, so that codes do not begin at nought.
    """
    count = len(forms)
    values = np.empty((count, 18), int)
    prefix = np.array([[ALPHABET.index(sign) for sign in FORM_CODES[form]] for form in FORM_CODES])
    position = {form: number for number, form in enumerate(FORM_CODES)}
    values[:, :2] = prefix[[position[form] for form in forms.tolist()]]
    values[:, 2:8] = [int(digit) for digit in area]
    scattered = serials.astype(np.int64) * STEP + start
    values[:, 8:16] = np.where(np.asarray(old)[:, None], _digits(scattered % 10**8, 10, 8), _modern(scattered))
    letters = np.array([ORG_ALPHABET.index(sign) for sign in ALPHABET])
    check = 11 - (letters[values[:, 8:16]] * ORG_WEIGHTS).sum(axis=1) % 11
    values[:, 16] = np.where(check == 11, 0, np.where(check == 10, ALPHABET.index("X"), check))
    values[:, 17] = (31 - (values[:, :17] * WEIGHTS).sum(axis=1) % 31) % 31
    signs = np.frombuffer(ALPHABET.encode(), "S1")
    return np.ascontiguousarray(signs[values]).view("S18").ravel().astype("U18").astype(object)


def _digits(numbers: np.ndarray, base: int, places: int) -> np.ndarray:
    return numbers[:, None] // base ** np.arange(places - 1, -1, -1) % base


def _modern(numbers: np.ndarray) -> np.ndarray:
    """Return the inner codes given since 2015: MA and six signs."""
    start = np.broadcast_to([ALPHABET.index("M"), ALPHABET.index("A")], (len(numbers), 2))
    return np.hstack([start, _digits(numbers % 31**6, 31, 6)])


def is_valid(code: str) -> bool:
    """Say whether a code has 18 signs of the alphabet and the right check character."""
    if len(code) != 18 or any(sign not in ALPHABET for sign in code):
        return False
    total = sum(ALPHABET.index(sign) * int(weight) for sign, weight in zip(code, WEIGHTS, strict=False))
    return ALPHABET.index(code[17]) == (31 - total % 31) % 31
