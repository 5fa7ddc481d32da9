import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap import classes

NUMBERS = st.lists(st.floats(-1e6, 1e6, allow_nan=False, width=32) | st.just(float("nan")), max_size=60)


@settings(deadline=None, max_examples=60)
@given(NUMBERS, st.sampled_from(["quantiles", "natural", "equal", "target"]), st.integers(2, 7))
def test_any_numbers_give_breaks_that_hold_every_number_once(numbers, scheme, k):
    breaks = classes.classify(numbers, scheme=scheme, k=k)
    assert list(breaks.edges) == sorted(set(breaks.edges))
    assert len(breaks.edges) < k
    assert sum(breaks.counts(numbers)) == np.isfinite(numbers).sum()


def test_a_value_on_an_edge_belongs_to_the_upper_class():
    # 80 % reached is reached: with the target 0.80 it may not look like 79.9 %
    breaks = classes.classify([0.1, 0.5, 0.8, 1.0], scheme="target", target=0.8)
    assert np.float32(0.8) in np.float32(breaks.edges)
    below, at = breaks.class_of([0.7999, 0.8])
    assert at == below + 1


def test_zero_has_a_class_of_its_own():
    breaks = classes.classify([0, 0, 0, 1, 2, 3, 5, 8, 13, 21], k=5)
    assert breaks.edges[0] == 1.0
    assert breaks.counts([0, 0, 0, 1])[0] == 3


def test_counts_get_whole_edges():
    assert all(edge == int(edge) for edge in classes.classify([0, 1, 1, 2, 3, 7, 9, 40], k=5).edges)


def test_no_class_is_made_empty_by_rounding_its_edge():
    values = [1.0, 1.2, 17.3, 67.8, 161.4, 276.9]
    for scheme in ("natural", "quantiles", "equal"):
        assert classes.classify(values, scheme=scheme, k=6).counts(values)[-1] > 0


def test_few_values_give_few_classes():
    assert classes.classify([], k=5).edges == ()
    assert classes.classify([3.5, 3.5], k=5).edges == ()
    assert len(classes.classify([1.5, 2.5], k=5).edges) == 1
    with pytest.raises(ValueError, match="at least 2"):
        classes.classify([1], k=1)


def test_natural_breaks_find_the_gap():
    breaks = classes.classify([1.1, 1.2, 1.3, 9.1, 9.2, 9.3], scheme="natural", k=2)
    assert breaks.counts([1.1, 1.2, 1.3, 9.1, 9.2, 9.3]) == (3, 3)


# Colours: what a protanope or a deuteranope sees (Machado, Oliveira, Fernandes 2009, severity 1)
SIGHTS = {
    "all three cones": np.eye(3),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
}


def lab(colour, sight):
    """CIE L*a*b* of a colour as that sight has it."""
    rgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    linear = np.clip(sight @ linear, 0, 1)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ linear / [0.9505, 1.0, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("key", [*(each.key for each in classes.PALETTES if not each.key.startswith("target")), "target"])
def test_neighbouring_classes_stay_apart_for_every_eye(key, dark, sight):
    breaks = classes.classify(np.linspace(0, 1, 99), scheme="target" if key == "target" else "equal", k=6, target=0.8)
    colours = classes.class_colours(key, breaks, target=0.8, better="higher", dark=dark)
    assert len(colours) == len(breaks.edges) + 1
    apart = [np.linalg.norm(lab(a, SIGHTS[sight]) - lab(b, SIGHTS[sight])) for a, b in itertools.pairwise(colours)]
    assert min(apart) > 9, (colours, apart)


@pytest.mark.parametrize("dark", [False, True])
def test_the_bad_end_is_the_one_that_stands_out(dark):
    page = lab("#0e1117" if dark else "#ffffff", SIGHTS["all three cones"])
    for key, bad in (("bad_high", -1), ("bad_low", 0)):
        colours = classes.palette(key).colours(6, dark=dark)
        contrast = [abs(lab(each, SIGHTS["all three cones"])[0] - page[0]) for each in colours]
        assert contrast[bad] == max(contrast)


def test_the_wrong_side_of_a_target_is_warm_whichever_side_it_is():
    breaks = classes.classify(np.linspace(0, 100, 99), scheme="target", k=6, target=50)
    at = breaks.edges.index(50) + 1

    def warm(colour):
        return int(colour[1:3], 16) > int(colour[5:7], 16)

    up = classes.class_colours("target", breaks, target=50, better="higher")
    down = classes.class_colours("target", breaks, target=50, better="lower")
    assert [warm(each) for each in up] == [number < at for number in range(len(up))]
    assert [warm(each) for each in down] == [number >= at for number in range(len(down))]


def test_neighbouring_owners_differ():
    # a row of cells, one owner each: n0 n1 n2 ... ; every cell also touches the one after next
    owners = [f"n{number}" for number in range(20)]
    left = [*range(19), *range(18)]
    right = [*range(1, 20), *range(2, 20)]
    colours = classes.owner_colours((left, right), owners)
    assert all(colours[owners[a]] != colours[owners[b]] for a, b in zip(left, right, strict=True))
    assert max(colours.values()) < 12
    assert classes.owner_colours((right, left), owners) == colours


def test_owners_more_than_colours_share_where_the_border_is_shortest():
    # three owners all touch, two colours: a-b share three borders, a-c two, b-c one
    owners = ["a", "a", "a", "b", "b", "b", "c", "c", "c", None]
    pairs = ([0, 1, 2, 0, 1, 3, 9], [3, 4, 5, 6, 7, 8, 0])
    colours = classes.owner_colours(pairs, owners, k=2)
    assert colours["b"] == colours["c"] != colours["a"]
    assert classes.owner_colours(([], []), []) == {}
