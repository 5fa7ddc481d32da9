"""A base is frozen by its first import: the same again changes nothing, anything else is refused, on both databases."""

import pandas as pd
import pytest

from gridmap.errors import TableError
from gridmap.scope import Scope
from gridmap.store import Store, compare_rows, ensure_branch, read_table, write_rows
from tests.gridmap.store.conftest import NOW_US

TOLD = {"as_of": None, "mapping": {}, "source": ""}


def base(*rows: tuple[str, str, int]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["base", "org_id", "members"]).assign(members=lambda frame: frame["members"].astype("Int64"))


def test_a_base_is_written_once_and_never_edited(store: Store, me: Scope) -> None:
    ensure_branch(store, me, "b1", now_us=NOW_US)
    ensure_branch(store, me, "b2", now_us=NOW_US)
    first = base(("2025-12-31", "o1", 600), ("2025-12-31", "o2", 20))
    write_rows(store, me, "b1", "bases", first, now_us=NOW_US + 1, file_name="a.csv", file_sha256="a", **TOLD)
    again = write_rows(store, me, "b1", "bases", first, now_us=NOW_US + 2, file_name="a.csv", file_sha256="b", **TOLD)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 2)
    for edited in (base(("2025-12-31", "o1", 601)), base(("2025-12-31", "o3", 5)), base(("2026-12-31", "o1", 1), ("2025-12-31", "o3", 5))):
        with pytest.raises(TableError, match="The base 2025-12-31 is frozen; rows that would change it: 1"):
            write_rows(store, me, "b1", "bases", edited, now_us=NOW_US + 3, file_name="e.csv", file_sha256="e", **TOLD)
        with pytest.raises(TableError, match="frozen"):
            compare_rows(store, me, "b1", "bases", edited)
    stored = read_table(store, me, "b1", "bases").set_index("org_id")["members"]
    assert stored.to_dict() == {"o1": 600, "o2": 20}
    write_rows(store, me, "b1", "bases", base(("2026-12-31", "o3", 5)), now_us=NOW_US + 4, file_name="n.csv", file_sha256="n", **TOLD)
    write_rows(store, me, "b2", "bases", base(("2025-12-31", "o1", 1)), now_us=NOW_US + 5, file_name="o.csv", file_sha256="o", **TOLD)
    assert len(read_table(store, me, "b1", "bases")) == 3
