"""A made-up city: prize collected in five days of 8.5 hours, time to a first answer, beside PyVRP at equal CPU time and what people do."""

import json
import statistics
import subprocess
import sys
from pathlib import Path

from bench.figure import Figure
from bench.options import Options
from bench.sweep_solvers import ours, with_pyvrp, with_vroom
from bench.toptw_instances import make_city
from gridmap.sweeps.engine import check, nearest_first, random_order, warm

CPU_S = 5.0
SEEDS = (1, 2, 3)
TRIAL_CPU_S, TRIAL_SEEDS = 0.3, (1,)  # smaller cities are for trying it out
DAYS = 5
FULL = 2_000
BEST_KNOWN = 3_826  # of the city of seed 0, found before by PyVRP in 25 CPU seconds from a good start
SHARE_PCT = 98.0
FIRST_S = 2.0
LARGEST_FOR_VROOM = 500  # beyond, its highest level takes minutes

_FIRST = """
import json, sys, time
begun = time.process_time()
from bench.toptw_instances import make_city
from gridmap.sweeps.engine import solve
problem = make_city(int(sys.argv[1]), days=5, seed=int(sys.argv[2]))
made = time.process_time()
prize = solve(problem, seed=1, iterations=0).prize
print(json.dumps([time.process_time() - made, prize]))
"""


def run(options: Options) -> list[Figure]:
    """Measure the prize of each seed, and the first answer in a process of its own (compiled code from the disk)."""
    warm().join()
    cpu_s = options.cpu_s or (CPU_S if options.size >= FULL else TRIAL_CPU_S)
    seeds = options.seeds or (SEEDS if options.size >= FULL else TRIAL_SEEDS)
    problem = make_city(options.size, days=DAYS, seed=options.seed)
    own = [ours(problem, cpu_s=cpu_s, seed=seed) for seed in seeds]
    pyvrp = [with_pyvrp(problem, cpu_s=cpu_s, seed=seed) for seed in seeds]
    peers = {"PyVRP, equal CPU time": statistics.mean(each.prize for each in pyvrp)}
    if options.size <= LARGEST_FOR_VROOM:
        peers["VROOM, level 5"] = with_vroom(problem).prize
    peers["always the nearest door next"] = check(problem, nearest_first(problem)).prize
    peers["doors in a random order"] = check(problem, random_order(problem, options.seed)).prize
    prize = statistics.mean(each.prize for each in own)
    known = options.size == FULL and options.seed == 0
    best = BEST_KNOWN if known else max(each.prize for each in [*own, *pyvrp])
    first_s, first_prize = _first_answer(options)
    return [
        Figure("prize collected, mean of the seeds", prize, "prize", peers=peers),
        Figure(
            "share of the best known prize" if known else "share of the best prize of this run",
            100 * prize / best,
            "%",
            limit=SHARE_PCT if known and cpu_s == CPU_S else None,
            better="higher",
            peers={"worst of the seeds": 100 * min(each.prize for each in own) / best},
        ),
        Figure("CPU time of a search", statistics.mean(each.cpu_s for each in own), "s"),
        Figure(
            "first answer in a new process, CPU time",
            first_s,
            "s",
            limit=FIRST_S,
            peers={"its share of the best prize, %": 100 * first_prize / best},
        ),
    ]


def _first_answer(options: Options) -> tuple[float, float]:
    """Seconds and prize of the first answer, load of the compiled code included."""
    command = [sys.executable, "-c", _FIRST, str(options.size), str(options.seed)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1])
    first_s, prize = json.loads(ran.stdout)
    return float(first_s), float(prize)
