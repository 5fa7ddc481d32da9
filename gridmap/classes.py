"""Class breaks and colours: which values look alike, and what they look like; knows nothing of maps."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Scheme = Literal["quantiles", "natural", "equal", "fifths", "target"]
Floats = npt.NDArray[np.float64]
_SAMPLE = 256  # natural breaks cost the square of the count; evenly spaced quantiles keep the shape


@dataclass(frozen=True)
class Breaks:
    """Where classes begin: class i holds `edges[i-1] <= value < edges[i]`, the first and the last are open.

    Edges are 32-bit numbers written as Python floats, since that is what the browser compares with. `low` and `high`
    are the least and the greatest value seen, NaN where there was none.
    """

    edges: tuple[float, ...]
    low: float
    high: float
    scheme: Scheme

    def class_of(self, values: npt.ArrayLike) -> npt.NDArray[np.intp]:
        """Return the class of each value, 0 first; NaN counts as the last class and has to be kept apart by its state."""
        return np.searchsorted(np.asarray(self.edges, "f4"), np.asarray(values, "f4"), side="right")

    def counts(self, values: npt.ArrayLike) -> tuple[int, ...]:
        """Return how many finite values fall into each class."""
        finite = np.asarray(values, "f4")
        return tuple(np.bincount(self.class_of(finite[np.isfinite(finite)]), minlength=len(self.edges) + 1).tolist())


def classify(values: npt.ArrayLike, *, scheme: Scheme = "quantiles", k: int = 6, target: float | None = None) -> Breaks:
    """Choose class breaks that read well.

    Parameters
    ----------
    values
        Any numbers; NaN and infinite ones are left out.
    scheme
        `quantiles` and `natural` (Fisher-Jenks) by mapclassify, `equal` steps, `fifths` of the whole (shares), or `target`: steps
        below and above the target, which is itself an edge; without a target it becomes quantiles.
    k
        Classes wanted, at most; fewer where the values are few or alike. Zeros among positive values get a class of
        their own, except with `fifths` and `target`.
    target
        What the value should reach.

    Returns
    -------
    The breaks: edges rounded to two or three digits, whole where all values are whole, strictly increasing.

    Raises
    ------
    ValueError
        When `k` is below 2.
    """
    if k < 2:
        raise ValueError("classes: k must be at least 2")
    numbers = np.asarray(values, "f8").ravel()
    numbers = numbers[np.isfinite(numbers)]
    if not len(numbers):
        return Breaks((), float("nan"), float("nan"), scheme)
    low, high = float(numbers.min()), float(numbers.max())
    if scheme == "target" and target is not None:
        return Breaks(_around(target, low, high), low, high, scheme)
    if scheme == "fifths":
        return Breaks(_increasing([0.2, 0.4, 0.6, 0.8]), low, high, scheme)
    zero = low == 0 and high > 0
    positive = numbers[numbers > 0] if zero else numbers
    edges = _inner(positive, "quantiles" if scheme == "target" else scheme, k - zero)
    whole = bool(np.all(numbers == np.round(numbers)))
    edges = _rounded(edges, positive, whole=whole)
    if zero:
        first = 1.0 if whole else _digits(float(positive.min()), 2, np.floor)
        edges = [first, *(edge for edge in edges if edge > first)]
    return Breaks(_apart(_increasing(edges)), low, high, scheme)


def _inner(numbers: Floats, scheme: Scheme, k: int) -> list[float]:
    """Return the inner edges of a scheme, unrounded."""
    distinct = np.unique(numbers)
    k = min(k, len(distinct))
    if k < 2:
        return []
    if scheme == "equal":
        return [float(edge) for edge in np.linspace(distinct[0], distinct[-1], k + 1)[1:-1]]
    import mapclassify  # noqa: PLC0415 - brings scikit-learn along, seconds that a command line need not pay

    if scheme == "natural":
        sample = np.unique(np.quantile(numbers, np.linspace(0, 1, _SAMPLE))) if len(distinct) > _SAMPLE else distinct
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # says that numba would be faster; the sample keeps it at 0.1 s
            upper = mapclassify.FisherJenks(sample, k=min(k, len(sample))).bins[:-1]
        # its bins hold their upper end; ours begin at the next value
        return [float(sample[min(np.searchsorted(sample, edge, side="right"), len(sample) - 1)]) for edge in upper]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # says that values repeat; doubles are taken out below
        return [float(edge) for edge in mapclassify.Quantiles(numbers, k=k).bins[:-1]]


def _around(target: float, low: float, high: float) -> tuple[float, ...]:
    """Return edges at a quarter, a half and three quarters of the target, at the target, and half way above it."""
    if target <= 0:
        return _increasing([target] if low < target <= high else [])
    top = 1.0 if target <= 1 and high <= 1 else max(high, target)
    below = [_digits(target * step, 1 if target <= 1 else 2, np.round) for step in (0.25, 0.5, 0.75)]
    above = [_digits((target + top) / 2, 2, np.round)] if target < 0.9 * top else []
    return _increasing([*(edge for edge in below if edge < target), target, *above])


def _rounded(edges: Sequence[float], numbers: Floats, *, whole: bool) -> list[float]:
    """Round edges so that a legend reads well, but never so far that a class loses all its values."""
    if whole:
        return [float(np.ceil(edge)) for edge in edges if edge > numbers.min()]
    spread = sorted({*edges, float(numbers.min()), float(numbers.max())})
    kept: list[float] = []
    for edge in edges:
        place = spread.index(edge)
        gap = min(b - a for a, b in zip(spread[max(place - 1, 0) :], spread[max(place - 1, 0) + 1 : place + 2], strict=False))
        short = next((value for value in (_digits(edge, n, np.round) for n in (2, 3, 4)) if abs(value - edge) < gap / 2), edge)
        if short > numbers.max():  # the last class would lose the greatest value
            short = _digits(edge, 2, np.floor)
        if short > numbers.min():
            kept.append(short)
    return kept


def _digits(value: float, digits: int, how: np.ufunc | object) -> float:
    """Round to a number of significant digits."""
    if value == 0:
        return 0.0
    unit = 10.0 ** (int(np.floor(np.log10(abs(value)))) - digits + 1)
    return float(f"{how(value / unit) * unit:.12g}")  # type: ignore[operator]


def _apart(edges: tuple[float, ...]) -> tuple[float, ...]:
    """Leave out edges so near the one before that nobody would call it another class."""
    kept: list[float] = []
    for edge in edges:
        if not kept or edge <= 0 or edge >= 1.1 * kept[-1]:
            kept.append(edge)
    return tuple(kept)


def _increasing(edges: Sequence[float]) -> tuple[float, ...]:
    return tuple(float(edge) for edge in np.unique(np.asarray(edges, "f4")))


# Colours. Light theme: the emphasised end is dark; dark theme: it is bright. Adjacent classes stay apart for protanopes and deuteranopes.


@dataclass(frozen=True)
class Palette:
    """Anchor colours from the lowest to the highest value, for a light and for a dark page."""

    key: str
    light: tuple[str, ...]
    dark: tuple[str, ...]

    def colours(self, k: int, *, dark: bool = False) -> tuple[str, ...]:
        """Return k colours, the ends among them; one colour is the emphasised middle."""
        anchors = self.dark if dark else self.light
        return tuple(_between(anchors, step) for step in (np.linspace(0, 1, k) if k > 1 else np.array([0.5])))


# few/many: neutral amounts. good/bad: which end is emphasised. target: two hues that meet at the target.
PALETTES = (
    Palette("amount", ("#eef6dc", "#a6d8b8", "#41a7bf", "#2166ac", "#152a68"), ("#173a5c", "#1f6f93", "#3fa9a8", "#97d89a", "#f6f6b0")),
    Palette("bad_high", ("#fff3c4", "#fdc558", "#ee7a1c", "#ad3b05", "#4f1504"), ("#3d2a1c", "#7d4418", "#c76a1a", "#f3a83b", "#fff0b3")),
    Palette("bad_low", ("#4f1504", "#ad3b05", "#ee7a1c", "#fdc558", "#fff3c4"), ("#fff0b3", "#f3a83b", "#c76a1a", "#7d4418", "#3d2a1c")),
    Palette("target_up", ("#7f3b08", "#b85c0a", "#e08e3a", "#f7c98b"), ("#ffe0b2", "#ffb35c", "#d97b1d", "#8f4f1b")),
    Palette("target_met", ("#8fc1de", "#2b7bba"), ("#2e6d9e", "#7cc0ee")),
)
# Paul Tol's muted and light qualitative sets, ordered so that the first ones differ most.
OWNERS = (
    "#4477aa",
    "#ddaa33",
    "#aa4499",
    "#44aa99",
    "#cc6677",
    "#999933",
    "#88ccee",
    "#882255",
    "#117733",
    "#ee8866",
    "#77aadd",
    "#bbaacc",
)


def palette(key: str) -> Palette:
    """Return the palette of that key; KeyError where there is none."""
    for each in PALETTES:
        if each.key == key:
            return each
    raise KeyError(key)


def class_colours(key: str, breaks: Breaks, *, target: float | None = None, better: str = "", dark: bool = False) -> tuple[str, ...]:
    """Return one colour per class.

    Parameters
    ----------
    key
        Key of a palette; `target` takes warm colours on the wrong side of the target, blue ones on the right side.
    breaks
        The classes.
    target, better
        What should be reached, and whether `higher` or `lower` is better; for `target` only.
    dark
        For a dark page.
    """
    k = len(breaks.edges) + 1
    if key != "target":
        return palette(key).colours(k, dark=dark)
    if target is None or np.float32(target) not in np.asarray(breaks.edges, "f4"):
        return palette("bad_high" if better == "lower" else "bad_low").colours(k, dark=dark)
    below = int(np.searchsorted(np.asarray(breaks.edges, "f4"), np.float32(target))) + 1
    missed, met = (k - below, below) if better == "lower" else (below, k - below)
    warm = palette("target_up").colours(missed, dark=dark)
    cold = palette("target_met").colours(met, dark=dark)
    return (*cold[::-1], *warm[::-1]) if better == "lower" else (*warm, *cold)


def owner_colours(pairs: tuple[npt.ArrayLike, npt.ArrayLike], owners: Sequence[str | None], *, k: int = len(OWNERS)) -> dict[str, int]:
    """Give owners colours so that neighbours differ.

    Parameters
    ----------
    pairs
        Two equally long lists of positions: cells that touch.
    owners
        Owner of each cell, None where it has none.
    k
        Colours at hand, at most 12.

    Returns
    -------
    Owner -> colour, 0 up to k - 1; the same for the same input, whatever its order of arrival. Where k colours are too
    few, the pair of neighbours with the shortest common border shares one.
    """
    names = sorted({owner for owner in owners if owner is not None and owner == owner})  # noqa: PLR0124 - NaN is not itself
    place = {name: number for number, name in enumerate(names)}
    of_cell = np.array([place.get(owner, -1) if isinstance(owner, str) else -1 for owner in owners], dtype=np.int64)
    first, second = (np.asarray(side, np.int64) for side in pairs)
    border = np.zeros((len(names), len(names)), np.int64)
    if len(first) and names:
        a, b = of_cell[first], of_cell[second]
        real = (a >= 0) & (b >= 0) & (a != b)
        np.add.at(border, (a[real], b[real]), 1)
        border += border.T
    meets, around = border > 0, np.zeros((len(names), k), bool)  # around: which colours an owner's neighbours have
    colours, degree = np.full(len(names), -1), (border > 0).sum(axis=1)
    for _turn in names:
        # the owner with the most colours around it comes next (DSATUR), since it has the fewest left
        order = np.lexsort((np.arange(len(names)), -degree, -around.sum(axis=1), colours >= 0))
        chosen = int(order[0])
        given = colours >= 0
        cost = np.bincount(colours[given], weights=border[chosen][given], minlength=k)
        used = np.bincount(colours[given], minlength=k)
        colours[chosen] = np.lexsort((np.arange(k), used, cost))[0]
        around[meets[chosen], colours[chosen]] = True
    return {name: int(colours[number]) for name, number in place.items()}


def _between(anchors: Sequence[str], step: float) -> str:
    """Mix two neighbouring anchors."""
    points = np.array([[int(each[i : i + 2], 16) for i in (1, 3, 5)] for each in anchors], dtype="f8")
    at = step * (len(anchors) - 1)
    left = min(int(at), len(anchors) - 2)
    mixed = points[left] + (points[left + 1] - points[left]) * (at - left)
    return "#" + "".join(f"{round(channel):02x}" for channel in mixed)
