"""Converts measures. Type hints and docstrings are all it takes: `./stoa describe convert` shows what they become."""

_ABSOLUTE_ZERO = -273.15


def fahrenheit(celsius: float) -> float:
    """Degrees Celsius as degrees Fahrenheit, to one decimal. Raises ValueError below absolute zero."""
    if celsius < _ABSOLUTE_ZERO:
        raise ValueError(f"{celsius} °C is below absolute zero ({_ABSOLUTE_ZERO} °C)")
    return round(celsius * 9 / 5 + 32, 1)


def kilometres(miles: float, *, nautical: bool = False) -> float:
    """Miles as kilometres, to three decimals.

    nautical: whether they are miles at sea, of 1852 metres, and not of 1609.344 metres
    """
    return round(miles * (1.852 if nautical else 1.609344), 3)


def duration(seconds: int) -> str:
    """Seconds as people write them: `3661` is `1 h 1 min 1 s`."""
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    parts = [(hours, "h"), (minutes, "min"), (seconds, "s")]
    return " ".join([f"{count} {unit}" for count, unit in parts if count]) or "0 s"
