"""Statistics of clean strike records, and the real airports behind the names in them.

Keeps nothing between calls: tallies of chunks can be made in any order, again after a failure, and added up at the end.
"""

from matching import Index

_MONTHS = "January February March April May June July August September October November December".split()
_PHASES = ["Parked", "Taxi", "Take-off run", "Climb", "Descent", "Approach", "Landing Roll"]
_FIGURES = [
    {"name": "strikes", "kind": "count"},
    {"name": "damaging", "kind": "count"},
    {"name": "cost", "kind": "money"},
]


def match(reported: list, airports: list) -> list:
    """Matches reported airport names, which are abbreviated and spelled freely, to airports of the same state.

    reported: lists of name and state (in full: `Texas`, or `DC`)
    airports: lists of code, name, city and state (as two letters: `TX`)
    Returns for each reported name, in order, a map with `name`, `score` (0 to 1) and `airport`: `iata`, `name`, `city` and
    `state`, or None if no candidate scores 0.6 or more; then `nearest` is the name of the best one that was refused, if any.
    """
    index = Index(airports)
    return [index.best(name, state) for name, state in reported]


def tally(strikes: list) -> dict:
    """Counts strikes by month, phase, species and airport: each count is [strikes, damaging, cost].

    strikes: lists of date (`1999-12-31`), phase, species, airport, damage (`none`, `minor` ...) and cost
    """
    months, phases, kinds, airports = {}, {}, {}, {}
    for date, phase, species, airport, damage, cost in strikes:
        damaging = damage != "none"
        for counts, key in ((months, date[5:7]), (phases, phase), (kinds, species), (airports, airport)):
            count = counts.setdefault(key, [0, 0, 0])
            count[0] += 1
            count[1] += damaging
            count[2] += cost
    return {"month": months, "phase": phases, "species": kinds, "airport": airports}


def summary(tallies: list, matches: list, top: int = 10) -> list:
    """Adds tallies up and lays them out as tables: maps with `title`, `columns`, `rows`, `bar` and `note`."""
    total = _added(tallies)
    return [
        _in_order("By month", "month", total["month"], {f"{i + 1:02}": m for i, m in enumerate(_MONTHS)}),
        _in_order("By phase of flight", "phase", total["phase"], {p: p for p in _PHASES}),
        _of_species(total["species"], top),
        _of_airports(total["airport"], matches, top),
    ]


def _added(tallies: list) -> dict:
    total = {"month": {}, "phase": {}, "species": {}, "airport": {}}
    for tallied in tallies:
        for group, counts in tallied.items():
            for key, count in counts.items():
                total[group][key] = [a + b for a, b in zip(total[group].get(key, (0, 0, 0)), count)]
    return total


def _table(title: str, first: str, rows: list, note: str = "", bar: int = 1) -> dict:
    return {"title": title, "columns": [{"name": first, "kind": "text"}, *_FIGURES], "rows": rows, "bar": bar, "note": note}


def _in_order(title: str, first: str, counts: dict, labels: dict) -> dict:
    return _table(title, first, [[label, *counts.get(key, (0, 0, 0))] for key, label in labels.items()])


def _of_species(counts: dict, top: int) -> dict:
    named = {species: count for species, count in counts.items() if not species.startswith("Unknown")}
    rows = [[species, *count] for species, count in sorted(named.items(), key=lambda entry: -entry[1][0])]
    known = sum([count[0] for count in named.values()])
    everything = sum([count[0] for count in counts.values()])
    note = f"{len(named)} species were identified, in {known:,} of {everything:,} strikes."
    return _table("Most frequent species", "species", rows[:top], note)


def _of_airports(counts: dict, matches: list, top: int) -> dict:
    airports = {match["name"]: match["airport"] for match in matches}
    rows = []
    for name, count in sorted(counts.items(), key=lambda entry: -entry[1][2])[:top]:
        airport = airports.get(name)
        known = airport and f"{airport['iata']}  {airport['name'].replace('International', 'Intl')}"
        rows.append([known or f"???  {name}", *count])
    return _table("Airports with the costliest strikes", "airport", rows, _confidence(matches), bar=3)


def _confidence(matches: list) -> str:
    found = [match for match in matches if match["airport"]]
    lost = [match["name"] for match in matches if not match["airport"]]
    note = f"{len(found)} of {len(matches)} names in the reports belong to an airport in airports.csv."
    if found:
        least = min(found, key=lambda match: match["score"])
        note += f"\nLeast certain: {least['name']} is {least['airport']['name']} ({least['score']} of 1)."
    return note + (f"\nNot found: {', '.join(lost)}." if lost else "")
