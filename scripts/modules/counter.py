"""Counts under names: a module that keeps state from call to call, for as long as it is loaded."""

_counts = {}


def add(name: str = "clicks", by: int = 1) -> int:
    """Adds to a count, which starts at 0, and returns what it is now."""
    _counts[name] = _counts.get(name, 0) + by
    return _counts[name]


def value(name: str = "clicks") -> int:
    """What a count is now."""
    return _counts.get(name, 0)


def everything() -> dict:
    """All counts by name."""
    return _counts


def forget() -> None:
    """Begins anew."""
    _counts.clear()
