"""What others draw on the same branch: METIS, ReCom of GerryChain, RegionKMeans and SKATER of spopt, k-means with equal work.

Each is given what it can be given: hours to balance, contiguity where it knows that. Their parts are named after the bases that suit
them best, so that travel and change of hands are counted in their favour.
"""

import random
import time
import warnings
from collections.abc import Callable

import numpy as np
from scipy.optimize import linear_sum_assignment

from bench.territory_branch import TOLERANCE, Array, Branch

RECOM_STEPS = 150
SPOPT_MOST, RECOM_MOST = 1_500, 1_500  # cells beyond which these take many minutes
ROUNDS, TURNS = 30, 30  # of k-means: centres moved, and prices changed in between
TUNING = (1.001, 1.01, 1.02, 1.03, 1.05)  # imbalance that METIS is allowed, the best of them taken


def peers_of(branch: Branch, cost: Array, seed: int) -> dict[str, tuple[Array, float]]:
    """Return the owners (n) that each peer draws, and its CPU seconds; those too slow for the size are left out."""
    n = len(branch.owner)
    drawn: dict[str, Callable[[], Array]] = {"METIS": lambda: _metis(branch, seed), "k-means, equal hours": lambda: _k_means(branch)}
    if n <= RECOM_MOST:
        drawn["ReCom, best of 150"] = lambda: _recom(branch, cost, seed)
    if n <= SPOPT_MOST:
        drawn |= {"RegionKMeans": lambda: _spopt(branch, "kmeans", seed), "SKATER": lambda: _spopt(branch, "skater", seed)}
    found = {}
    for name, draw in drawn.items():
        began = time.process_time()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the peers
            part = draw()
        found[name] = (named(part, cost), time.process_time() - began)
    return found


def named(part: Array, cost: Array) -> Array:
    """Give each part (n) the manager under whom all parts together cost least."""
    _values, number = np.unique(part, return_inverse=True)
    k = cost.shape[1]
    total = np.zeros((max(int(number.max()) + 1, k), k))
    np.add.at(total, number, cost)
    rows, columns = linear_sum_assignment(total)
    owner = np.full(len(total), -1)
    owner[rows] = columns
    owner[owner < 0] = total[owner < 0].argmin(axis=1)
    return owner[number].astype(np.int64)


def _neighbours(branch: Branch) -> list[list[int]]:
    return [branch.near[one:other].tolist() for one, other in zip(branch.begins[:-1], branch.begins[1:], strict=True)]


def _metis(branch: Branch, seed: int) -> Array:
    import pymetis  # noqa: PLC0415 - a peer that only this bench needs

    weights = np.maximum(1, np.round(branch.measures[:, 0] * 1e6)).astype(int).tolist()
    drawn = []
    for allowed in TUNING:
        options = pymetis.Options(contig=1, seed=seed, ufactor=max(1, round((allowed - 1) * 1000)))
        cut, part = pymetis.part_graph(branch.managers, adjacency=_neighbours(branch), vweights=weights, options=options, recursive=False)
        made = np.array(part)
        off = float(np.abs(np.bincount(made, branch.measures[:, 0], branch.managers) - 1).max())
        drawn.append((max(0.0, off - TOLERANCE[0]), cut, len(drawn), made))
    return min(drawn)[3]  # hours within their limit first, then the fewest sides cut


def _k_means(branch: Branch) -> Array:
    """Alternate between centres and prices per territory that bring hours into balance; it knows nothing of contiguity."""
    hours, middle, price = branch.measures[:, 0], branch.xy[branch.base].copy(), np.zeros(branch.managers)
    part = np.zeros(len(hours), dtype=np.int64)
    for each in range(ROUNDS):
        away = ((branch.xy[:, None] - middle[None]) ** 2).sum(axis=2)
        step = float(np.median(np.sort(away, axis=1)[:, 1])) * 0.5
        for turn in range(TURNS * (10 if each == ROUNDS - 1 else 1)):
            part = np.argmin(away + price[None, :], axis=1)
            off = np.bincount(part, hours, branch.managers) - 1
            if np.abs(off).max() < TOLERANCE[0]:
                break
            price += step / (1 + turn / TURNS) * off
        for j in range(branch.managers):
            if each < ROUNDS - 1 and hours[part == j].sum() > 0:
                middle[j] = np.average(branch.xy[part == j], axis=0, weights=hours[part == j])
    return part


def _recom(branch: Branch, cost: Array, seed: int) -> Array:
    import networkx as nx  # noqa: PLC0415 - as above
    from gerrychain import Graph, MarkovChain, Partition, accept, constraints, updaters  # noqa: PLC0415 - as above
    from gerrychain.partition import recursive_tree_part  # noqa: PLC0415 - as above
    from gerrychain.proposals import recom  # noqa: PLC0415 - as above

    random.seed(seed)
    graph = nx.Graph()
    graph.add_nodes_from((place, {"hours": float(hours)}) for place, hours in enumerate(branch.measures[:, 0]))
    graph.add_edges_from((here, there) for here, others in enumerate(_neighbours(branch)) for there in others)
    made = Graph.from_networkx(graph)
    first = recursive_tree_part(made, range(branch.managers), 1.0, "hours", 0.05)
    start = Partition(made, first, updaters={"hours": updaters.Tally("hours", alias="hours")})
    rules = [constraints.within_percent_of_ideal_population(start, 0.05, pop_key="hours")]

    def propose(partition: Partition, *, rng: random.Random) -> Partition:
        return recom(partition, pop_col="hours", pop_target=1.0, epsilon=0.05, node_repeats=0, rng=rng)

    best, worth = None, np.inf
    for step in MarkovChain(propose, rules, accept.always_accept, start, RECOM_STEPS):
        part = np.array([step.assignment[place] for place in range(len(branch.owner))])
        owner = named(part, cost)
        loads = np.zeros((branch.managers, 3))
        np.add.at(loads, owner, branch.measures)
        score = np.abs(loads - 1).max() + 1e-3 * cost[np.arange(len(owner)), owner].sum()
        if score < worth:
            best, worth = part, score
    assert best is not None  # noqa: S101 - the start is a step
    return best


def _spopt(branch: Branch, way: str, seed: int) -> Array:
    import geopandas as gpd  # noqa: PLC0415 - as above
    import libpysal  # noqa: PLC0415 - as above
    import spopt.region  # noqa: PLC0415 - as above

    neighbours = dict(enumerate(_neighbours(branch)))
    weights = libpysal.weights.W(neighbours, silence_warnings=True)
    if way == "kmeans":
        model = spopt.region.RegionKMeansHeuristic(np.ascontiguousarray(branch.xy), branch.managers, weights)
        np.random.seed(seed)  # noqa: NPY002 - the peer draws from there
        model.solve()
        return np.array(model.labels_)
    frame = gpd.GeoDataFrame({"x": branch.xy[:, 0], "y": branch.xy[:, 1]})
    skater = spopt.region.Skater(frame, weights, ["x", "y"], n_clusters=branch.managers, floor=1)
    skater.solve()
    return np.array(skater.labels_)
