"""Sweeps on the public instances of team orienteering: how far from the best known prize, beside PyVRP and VROOM at equal CPU time.

`--data` names the folder of `pr01.txt` ... and `bks.csv` (instance, m, BKS); without them the instances are made up, and the best
known is the best of the three. `--only pr05:3,pr10` runs a part, `--seeds 1,2,3` and `--cpu 5` say how often and how long. Rounds drive the
search: CPU seconds choose their number by a rate measured just before, for each instance.
"""

import statistics
from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.figure import Figure
from bench.options import Options
from bench.sweep_solvers import ours, with_pyvrp, with_vroom
from bench.toptw_instances import best_known, make_city, read_instance
from gridmap.sweeps.engine import Problem, warm

CPU_S = 5.0
SEEDS = (1, 2, 3)
TRIAL_CPU_S, TRIAL_SEEDS = 0.2, (1,)  # made-up instances are for trying it out
DAYS = (1, 2, 3, 4)
GOALS_PCT: Mapping[float, float] = {5.0: 1.5, 20.0: 1.0}  # mean gap by CPU seconds, over all instances
MADE_UP = ("made-up-1", "made-up-2")


@dataclass(frozen=True)
class Gaps:
    """Gaps of one instance in per cent: ours by seed, PyVRP's by seed, VROOM's; and CPU seconds of each."""

    name: str
    days: int
    ours_pct: tuple[float, ...]
    pyvrp_pct: tuple[float, ...]
    vroom_pct: float
    cpu_s: Mapping[str, float] = field(default_factory=dict)


def run(options: Options) -> list[Figure]:
    """Measure each instance, then the means: over all, and for each number of days."""
    warm().join()
    known = best_known(options.data) if (options.data / "bks.csv").is_file() else {}
    cpu_s = options.cpu_s or (CPU_S if known else TRIAL_CPU_S)
    seeds = options.seeds or (SEEDS if known else TRIAL_SEEDS)
    pairs = sorted(known) if known else [(name, days) for name in MADE_UP for days in DAYS[:2]]
    asked = [pair for pair in pairs if not options.only or pair[0] in options.only or f"{pair[0]}:{pair[1]}" in options.only]
    if not asked:
        message = f"--only names none of {', '.join(f'{name}:{days}' for name, days in pairs)}"
        raise SystemExit(message)
    measured = [_measure(_problem(options, name, days), (name, days), known.get((name, days)), cpu_s, seeds) for name, days in asked]
    whole = bool(known) and len(asked) == len(pairs) and len(seeds) >= len(SEEDS)
    figures = [_mean_figure("mean gap to the best known", measured, GOALS_PCT.get(cpu_s) if whole else None)]
    for days in DAYS:
        of_days = [each for each in measured if each.days == days]
        if of_days:
            figures.append(_mean_figure(f"mean gap, {days} days", of_days, None))
    figures += [_mean_figure(f"gap, {each.name}, {each.days} days", [each], None) for each in measured]
    spent = {name: statistics.mean(each.cpu_s[name] for each in measured) for name in ("PyVRP", "VROOM")}
    return [*figures, Figure("CPU time of a search", statistics.mean(each.cpu_s["ours"] for each in measured), "s", peers=spent)]


def _problem(options: Options, name: str, days: int) -> Problem:
    """Read or make up one instance."""
    if name in MADE_UP:
        return make_city(options.size, days=days, seed=options.seed + MADE_UP.index(name))
    return read_instance(options.data / f"{name}.txt", days=days)


def _measure(problem: Problem, pair: tuple[str, int], known: int | None, cpu_s: float, seeds: tuple[int, ...]) -> Gaps:
    """Run the three on one instance."""
    own = [ours(problem, cpu_s=cpu_s, seed=seed) for seed in seeds]
    pyvrp = [with_pyvrp(problem, cpu_s=cpu_s, seed=seed) for seed in seeds]
    vroom = with_vroom(problem)
    best = known or max(each.prize for each in [*own, *pyvrp, vroom])

    def gap_pct(prize: float) -> float:
        return 100 * (best - prize) / best

    return Gaps(
        *pair,
        ours_pct=tuple(gap_pct(each.prize) for each in own),
        pyvrp_pct=tuple(gap_pct(each.prize) for each in pyvrp),
        vroom_pct=gap_pct(vroom.prize),
        cpu_s={
            "ours": statistics.mean(each.cpu_s for each in own),
            "PyVRP": statistics.mean(each.cpu_s for each in pyvrp),
            "VROOM": vroom.cpu_s,
        },
    )


def _mean_figure(words: str, measured: list[Gaps], limit: float | None) -> Figure:
    """Mean over instances of the means over seeds, beside the peers."""
    peers = {
        "PyVRP, equal CPU time": statistics.mean(statistics.mean(each.pyvrp_pct) for each in measured),
        "VROOM, level 5": statistics.mean(each.vroom_pct for each in measured),
        "ours, worst of the seeds": statistics.mean(max(each.ours_pct) for each in measured),
    }
    return Figure(words, statistics.mean(statistics.mean(each.ours_pct) for each in measured), "%", limit=limit, peers=peers)
