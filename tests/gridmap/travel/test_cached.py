"""Kept travel: what makes it another, damage, and how much is kept."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gridmap.settings import SweepRules
from gridmap.travel import Travel, travel_between
from gridmap.travel.cached import cached_travel, fingerprint
from gridmap.travel.line import pace
from tests.gridmap.travel.table_server import Served, answering

LAT, LON = (22.58, 22.59, 22.58), (113.08, 113.08, 113.10)


def between(served: Served, cache: Path | None, mode: str = "foot", **changes: object) -> Travel:
    rules = replace(SweepRules(osrm_url=served.url), **changes)  # type: ignore[arg-type]
    return travel_between(LAT, LON, mode, rules=rules, cache=cache)


def same(one: Travel, other: Travel) -> bool:
    figures = (one.seconds == other.seconds).all() and (one.metres == other.metres).all()
    return bool(figures) and (one.points, one.source, one.filled) == (other.points, other.source, other.filled)


def test_the_second_time_nobody_is_asked(served: Served, tmp_path: Path) -> None:
    served.without = frozenset({"113.100000,22.580000"})
    first = between(served, tmp_path / "made" / "here")
    second = between(served, tmp_path / "made" / "here")
    assert len(served.asked) == 1
    assert second.filled == 2
    assert same(first, second)


def test_points_that_differ_by_less_than_the_rounding_are_the_same(served: Served, tmp_path: Path) -> None:
    between(served, tmp_path)
    travel_between([each + 2e-7 for each in LAT], LON, "foot", rules=SweepRules(osrm_url=served.url), cache=tmp_path)
    assert len(served.asked) == 1
    travel_between([each + 2e-6 for each in LAT], LON, "foot", rules=SweepRules(osrm_url=served.url), cache=tmp_path)
    assert len(served.asked) == 2


def test_everything_that_makes_a_difference_makes_another_key() -> None:
    rules = SweepRules()
    lat, lon, way = np.array(LAT), np.array(LON), pace("foot", rules)
    faster = pace("foot", replace(rules, modes=(("foot", 5.0, 1.25, 1.0),)))
    keys = {
        fingerprint(lat, lon, way=way, identity="a"),
        fingerprint(lat, lon, way=way, identity="b"),  # another server or extract
        fingerprint(lat, lon, way=faster, identity="a"),  # other rules
        fingerprint(lat, lon, way=pace("car", rules), identity="a"),  # another mode
        fingerprint(lat[::-1], lon[::-1], way=way, identity="a"),  # another order
        fingerprint(lon, lat, way=way, identity="a"),
        fingerprint(lat[:2], lon[:2], way=way, identity="a"),
    }
    assert len(keys) == 7


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-200])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def pickled(path: Path) -> None:
    np.savez(path, points=np.array([object()], dtype=object))


def another_matrix(path: Path) -> None:
    with np.load(path) as opened:
        parts = dict(opened)
    np.savez(path, **(parts | {"seconds": parts["seconds"] * 2}))


def a_list(path: Path) -> None:
    np.savez(path, seconds=np.zeros(3))


@pytest.mark.parametrize("damage", [cut, emptied, pickled, another_matrix, a_list])
def test_a_damaged_file_is_made_anew(served: Served, tmp_path: Path, damage: Callable[[Path], None]) -> None:
    first = between(served, tmp_path)
    (kept,) = tmp_path.iterdir()
    damage(kept)
    assert same(between(served, tmp_path), first)
    assert len(served.asked) == 2
    assert same(between(served, tmp_path), first)
    assert len(served.asked) == 2


def test_a_file_of_other_points_is_not_taken(served: Served, tmp_path: Path) -> None:
    """A file under the name of another: its digest holds the key it was made for."""
    first = between(served, tmp_path)
    (kept,) = tmp_path.iterdir()
    travel_between(LAT[::-1], LON[::-1], "foot", rules=SweepRules(osrm_url=served.url), cache=tmp_path)
    (other,) = set(tmp_path.iterdir()) - {kept}
    other.replace(kept)
    assert same(between(served, tmp_path), first)


def test_the_longest_unused_go_first(tmp_path: Path) -> None:
    travel = Travel(((1.0, 2.0),), np.zeros((1, 1), np.int64), np.zeros((1, 1), np.int64), "roads here")
    for number, key in enumerate(("a", "b", "c")):
        cached_travel(tmp_path, key, lambda: travel, kept=3)
        os.utime(tmp_path / f"travel-{key}.npz", (1000 + number, 1000 + number))
    assert cached_travel(tmp_path, "a", pytest.fail, kept=3).source == "roads here"  # used again
    cached_travel(tmp_path, "d", lambda: travel, kept=3)
    assert {path.name for path in tmp_path.iterdir()} == {"travel-a.npz", "travel-c.npz", "travel-d.npz"}


def test_a_folder_that_cannot_be_made_costs_only_time(served: Served, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    assert between(served, tmp_path / "file" / "folder").metres[0, 1] == 1000
    assert (tmp_path / "file").read_text("utf-8") == ""


def test_straight_lines_that_stood_in_are_not_kept(served: Served, tmp_path: Path) -> None:
    served.behave = answering(500, b"")
    rules = SweepRules(osrm_url=served.url)
    assert travel_between(LAT, LON, "foot", rules=rules, cache=tmp_path, fall_back=True).source.startswith("line instead")
    served.behave = None
    assert travel_between(LAT, LON, "foot", rules=rules, cache=tmp_path, fall_back=True).source.startswith("osrm")


def test_an_interrupted_writer_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    travel = Travel(((1.0, 2.0),), np.zeros((1, 1), np.int64), np.zeros((1, 1), np.int64), "roads here")

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "savez", stopped)
    with pytest.raises(KeyboardInterrupt):
        cached_travel(tmp_path, "a", lambda: travel)
    assert list(tmp_path.iterdir()) == []
