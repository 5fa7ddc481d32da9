"""Open a Market of a million organisations from its snapshot, warm; against reading the same rows in other ways."""

import time

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from bench.figure import Figure
from bench.measure import timed
from bench.options import Options
from gridmap.facts import measure, roll_up
from gridmap.market import Branch, Market, Version, build_market, open_market, save_market
from gridmap.settings import Rules
from sample_geo import TODAY, generate

TABLES = ("branches", "areas", "organisations")
RUNS = 5


def run(options: Options) -> list[Figure]:
    """Measure opening; CPU seconds, since the machine may be shared, with the wall clock beside them."""
    folder = options.data / f"market-{options.size}-{options.seed}"
    plain = folder.with_suffix(".parquet")
    built_s = 0.0
    if not folder.is_dir() or not plain.exists():
        market, built_s = _build(options)
        save_market(market, folder)
        pq.write_table(_arrow(market.tables["organisations"]), plain)
    open_market(folder)  # warm
    opened = timed(lambda: open_market(folder), runs=RUNS)
    rows = len(opened.result.tables["organisations"])
    peer = timed(lambda: pd.read_parquet(plain), runs=3)
    facts = timed(lambda: _first_figures(opened.result), runs=1)
    peers = {
        "the same, wall s": opened.wall_s,
        "pandas.read_parquet of the organisations, cpu s": peer.cpu_s,
        "the same peer, wall s": peer.wall_s,
    }
    if built_s:
        peers["building it from tables, cpu s"] = built_s
    return [
        Figure(f"open a Market of {rows:,} organisations, warm", opened.cpu_s, "cpu s", limit=1.5, peers=peers),
        Figure("its first figures: measure and roll up to the branch", facts.cpu_s, "cpu s", peers={"the same, wall s": facts.wall_s}),
    ]


def _build(options: Options) -> tuple[Market, float]:
    # About one in seven of a sample's organisations is closed and comes on top.
    tables = generate(options.seed, max(2000, round(options.size / 1.16)), tables=TABLES).tables
    outline = shapely.union_all(shapely.from_wkt(tables["branches"]["boundary"].to_numpy()))
    whole = {name: frame.assign(branch_id="P") for name, frame in tables.items() if name != "branches"}
    branch = Branch("P", "province", boundary=outline)
    began = time.process_time()
    return build_market(branch, whole, Version(1)), time.process_time() - began


def _first_figures(market: Market) -> pd.DataFrame:
    nobody = pd.Series(dtype="str", index=pd.Index([], dtype="str", name="org_id"))
    facts = measure(market, nobody, as_of=TODAY, window_days=365, rules=Rules())
    return roll_up(facts, "branch", market=market)


def _arrow(frame: pd.DataFrame) -> pa.Table:
    return pa.Table.from_pandas(frame, preserve_index=False)
