"""The environment variables that were granted to this module."""
from __future__ import annotations

import os

from ._failures import Error

TYPE_CHECKING = False  # as typing has it, which takes its time to load
if TYPE_CHECKING:
    from typing import Any, ItemsView, Iterator, KeysView, ValuesView


class Environment:
    """The variables that were granted, by name: KeyError if one is not set, DENIED if it was not granted. In a program that
    nobody confines all of them were."""

    def __init__(self, variables: Any = os.environ):
        self._variables = variables
        granted = variables.get("STOA_ENV")
        self._granted = None if granted is None else [name for name in granted.split(",") if name]

    def _sees(self, name: str) -> bool:
        return self._granted is None or any(
            name.startswith(granted[:-1]) if granted.endswith("*") else name == granted for granted in self._granted
        )

    def _check(self, name: str) -> str:
        if not self._sees(name):
            module = self._variables.get("STOA_MODULE", "MODULE")
            help = f"To allow it: stoa grant {module} env={name}"
            raise Error("DENIED", f"`{module}` may not see the environment variable `{name}`.", help)
        return name

    def __getitem__(self, name: str) -> str:
        return self._variables[self._check(name)]

    def get(self, name: str, default: Any = None) -> Any:
        return self._variables.get(self._check(name), default)

    def _all(self) -> dict[str, str]:
        return {name: value for name, value in self._variables.items() if self._sees(name)}

    def __contains__(self, name: object) -> bool:
        return name in self._all()

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def keys(self) -> KeysView[str]:
        return self._all().keys()

    def values(self) -> ValuesView[str]:
        return self._all().values()

    def items(self) -> ItemsView[str, str]:
        return self._all().items()

    def __repr__(self) -> str:
        return f"stoa.env({self._all()!r})"
