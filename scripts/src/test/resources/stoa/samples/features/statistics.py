"""Called like a module of Python's library, which it needs."""
from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Row:
    values: list[int]


def mean(values: list) -> float:
    import statistics

    return statistics.fmean(Row(values).values)
