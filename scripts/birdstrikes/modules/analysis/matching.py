"""How alike two airport names are."""

import math

from words import states_around, words

# Words weigh -log2 of their share among all airports: `HARTSFIELD` says more than `INTL`.
# The score of a candidate is 3/4 how much of the reported name it explains, 1/4 how little else is in its own name.
COVERAGE, PRECISION = 0.75, 0.25
ENOUGH = 0.6


class Index:
    """Airports by state, and what each word weighs."""

    def __init__(self, airports: list):
        self._by_state = {}
        holders = {}
        for iata, name, city, state in airports:
            airport = {"iata": iata, "name": name, "city": city, "state": state}
            own, city = words(name), words(city)
            self._by_state.setdefault(state, []).append((airport, own, city))
            for word in own | city:
                holders[word] = holders.get(word, 0) + 1
        total = len(airports) + 1
        self._unknown = math.log2(total)
        self._weights = {word: math.log2(total / count) for word, count in holders.items()}

    def best(self, name: str, state: str) -> dict:
        """The airport that fits best, and how well."""
        near = states_around(state)
        asked = words(name) - set(near)  # PORTLAND INTL (OR), LAGUARDIA NY
        best, score = None, 0.0
        for code in near:
            for airport, own, city in self._by_state.get(code, ()):
                reached = self._score(asked, own | (city & asked))
                if reached > score:
                    best, score = airport, reached
        answer = {"name": name, "score": round(score, 2), "airport": best if score >= ENOUGH else None}
        if best and not answer["airport"]:
            answer["nearest"] = best["name"]
        return answer

    def _score(self, asked: set, own: set) -> float:
        shared = asked & own
        if not shared:
            return 0.0
        weight = self._weight(shared)
        return COVERAGE * weight / self._weight(asked) + PRECISION * weight / self._weight(own)

    def _weight(self, some: set) -> float:
        return sum([self._weights.get(word, self._unknown) for word in some])
