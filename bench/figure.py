"""One measured figure: what it is, what was reached, what was asked for, and beside whom."""

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal


@dataclass(frozen=True)
class Figure:
    """A figure; `limit` None is shown without a goal, `better` says on which side of the limit is well."""

    figure: str
    value: float
    unit: str
    limit: float | None = None
    better: Literal["lower", "higher"] = "lower"
    peers: Mapping[str, float] = field(default_factory=dict)

    @property
    def goal(self) -> str:
        """Write the goal as a comparison, empty where there is none."""
        return "" if self.limit is None else f"{'<=' if self.better == 'lower' else '>='} {self.limit:g}"

    @property
    def met(self) -> bool:
        """Whether the goal is reached; a figure without a goal misses nothing."""
        return self.limit is None or (self.value <= self.limit if self.better == "lower" else self.value >= self.limit)


def machine() -> str:
    """Name processor, cores and Python of this machine."""
    cpu = platform.processor() or platform.machine()
    described = Path("/proc/cpuinfo")
    if described.is_file():
        names = (line.split(":", 1)[1].strip() for line in described.read_text("utf-8").splitlines() if line.startswith("model name"))
        cpu = next(names, cpu)
    return f"{cpu}, {_cores()} cores, {platform.system()}, Python {platform.python_version()}"


def as_json(figures: Sequence[Figure]) -> str:
    """Write figures as a JSON list of {figure, value, unit, goal, met, peers, machine}."""
    here = machine()
    rows = [
        {
            "figure": each.figure,
            "value": round(each.value, 4),
            "unit": each.unit,
            "goal": each.goal,
            "met": each.met,
            "peers": {name: round(value, 4) for name, value in each.peers.items()},
            "machine": here,
        }
        for each in figures
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2)


def as_table(figures: Sequence[Figure]) -> str:
    """Write figures as a table for a terminal."""
    lines = [machine(), ""]
    for each in figures:
        verdict = "" if each.limit is None else ("met" if each.met else "MISSED")
        lines.append(f"{each.figure:<62} {each.value:>11.3f} {each.unit:<10} {each.goal:>10} {verdict}")
        lines.extend(f"    {name:<58} {value:>11.3f}" for name, value in each.peers.items())
    return "\n".join(lines)


def _cores() -> int:
    described = Path("/proc/cpuinfo")
    return described.read_text("utf-8").count("\nprocessor") + 1 if described.is_file() else 1
