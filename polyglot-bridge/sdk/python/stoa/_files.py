"""What a script writes into files."""
from __future__ import annotations

from ._remote import Module, Named

CHUNK = 65_536  # characters of a write


def write(path: str, data, append: bool = False) -> None:
    """Writes text and bytes as they are, iterators as lines (text as it is, other items as JSON), other data as JSON.

    For scripts that run with the user's rights.
    """
    import json  # not needed by most modules, and each pays for it at its start

    put = Module(Named("stoa")).write
    if isinstance(data, (str, bytes, bytearray)):
        put(path, data, append=append)
    elif hasattr(type(data), "__next__"):
        texts = (item if isinstance(item, str) else json.dumps(item, ensure_ascii=False) + "\n" for item in data)
        _lines(put, path, texts, append)
    else:
        put(path, json.dumps(data, indent=2, ensure_ascii=False) + "\n", append=append)


def _lines(put, path: str, texts, started: bool) -> None:
    batch, size = [], 0
    for text in texts:
        batch.append(text)
        size += len(text)
        if size > CHUNK:
            put(path, "".join(batch), append=started)
            batch, size, started = [], 0, True
    if batch or not started:
        put(path, "".join(batch), append=started)
