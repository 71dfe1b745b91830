"""Measuring two things side by side, and saying what came of it beside the goal."""

from __future__ import annotations

import gc
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

Work = Callable[[], Any]
AT_MOST, AT_LEAST, NOTE = "≤", "≥", ""


@dataclass(frozen=True)
class Figure:
    """One figure: what it says, its value, the goal beside it (None: for information), and what stands behind it."""

    what: str
    value: float
    sense: str = NOTE
    goal: float | None = None
    behind: str = ""
    unit: str = "×"

    @property
    def missed(self) -> bool:
        if self.goal is None:
            return False
        return self.value > self.goal if self.sense == AT_MOST else self.value < self.goal


@dataclass(frozen=True)
class Skipped:
    """A figure that could not be taken here, with the reason and what to do about it."""

    what: str
    why: str


Finding = Figure | Skipped


class Sizes(NamedTuple):
    """How large and how often: `quick` is for trying the benchmark out, its figures say little."""

    quick: bool
    rounds: int

    def pick(self, whole: int, quick: int) -> int:
        return quick if self.quick else whole


def side_by_side(works: Mapping[str, Work], rounds: int, clock: Callable[[], float] = time.process_time) -> Times:
    """Run each piece of work once a round, first forwards and then backwards; garbage is collected before each."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for number in range(rounds):
        for name in list(works) if number % 2 == 0 else list(works)[::-1]:
            gc.collect()
            before = clock()
            works[name]()
            taken[name].append(clock() - before)
    return Times(taken)


class Times:
    """The seconds of every piece of work in every round."""

    def __init__(self, taken: Mapping[str, Sequence[float]]) -> None:
        self.taken = taken

    def __getitem__(self, name: str) -> float:
        return median(self.taken[name])

    def ratio(self, one: str, other: str) -> float:
        """How often `other` goes into `one`: the median of the rounds' ratios, so that a slow minute hits both."""
        return median(a / b for a, b in zip(self.taken[one], self.taken[other], strict=True))

    def __str__(self) -> str:
        rounds = len(next(iter(self.taken.values())))
        return ", ".join(f"{name} {seconds(self[name])}" for name in self.taken) + f"; {many(rounds, 'round')}"


def many(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def seconds(value: float) -> str:
    return f"{value * 1000:.3g} ms" if value < 1 else f"{value:.3g} s"


def exponent(points: Sequence[tuple[float, float]]) -> float:
    """The slope of log(time) over log(size), by least squares: 1 where twice the size takes twice the time."""
    logs = [(log(size), log(time)) for size, time in points]
    mean_x, mean_y = (sum(column) / len(logs) for column in zip(*logs, strict=True))
    over = sum((x - mean_x) * (y - mean_y) for x, y in logs)
    return over / sum((x - mean_x) ** 2 for x, _ in logs)


class Process(NamedTuple):
    """A whole process: its processor seconds, wall-clock seconds and greatest resident memory in MB."""

    cpu: float
    wall: float
    memory: float


def run_process(command: Sequence[str]) -> Process:
    """Run a command to its end. Raises CalledProcessError."""
    measured = str(Path(__file__).with_name("measured.py"))
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-IS", measured, *command], capture_output=True, check=True, text=True)
    cpu, memory = map(float, done.stdout.split())
    return Process(cpu, time.perf_counter() - began, memory)


def show(title: str, command: str, findings: Iterator[Finding]) -> int:
    """Print findings as they come; returns how many goals were missed."""
    print(f"\n{title}\n  {command}", flush=True)
    missed = 0
    for finding in findings:
        missed += isinstance(finding, Figure) and finding.missed
        print(_line(finding), flush=True)
    return missed


def _line(finding: Finding) -> str:
    if isinstance(finding, Skipped):
        return f"  {'skipped':>12}  {finding.what}\n{'':16}{finding.why}"
    verdict = "" if finding.goal is None else f"   goal {finding.sense} {finding.goal:g}{_space(finding.unit)}"
    if finding.goal is not None:
        verdict += "   MISS" if finding.missed else "   ok"
    behind = f"\n{'':16}{finding.behind}" if finding.behind else ""
    return f"  {_number(finding.value) + _space(finding.unit):>12}  {finding.what}{verdict}{behind}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"


def _space(unit: str) -> str:
    return f" {unit}" if unit else ""
