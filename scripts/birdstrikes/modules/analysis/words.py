"""Airport names as sets of comparable words."""

_SAME = {
    "INTERNATIONAL": "INTL",
    "NATIONAL": "NATL",
    "METROPOLITAN": "METRO",
    "WASHINGTON": "WASH",
    "SAINT": "ST",
    "FT": "FORT",
    "CTY": "COUNTY",
    "GENERAL": "GEN",
}

# They say that a place is an airport, or nothing at all.
_SILENT = {"AIRPORT", "ARPT", "AIRFIELD", "FIELD", "GREATER", "THE", "OF"}

STATES = {
    "Alabama": "AL", "Alaska": "AK", "Arizona": "AZ", "Arkansas": "AR", "California": "CA", "Colorado": "CO",
    "Connecticut": "CT", "Delaware": "DE", "Florida": "FL", "Georgia": "GA", "Hawaii": "HI", "Idaho": "ID",
    "Illinois": "IL", "Indiana": "IN", "Iowa": "IA", "Kansas": "KS", "Kentucky": "KY", "Louisiana": "LA",
    "Maine": "ME", "Maryland": "MD", "Massachusetts": "MA", "Michigan": "MI", "Minnesota": "MN",
    "Mississippi": "MS", "Missouri": "MO", "Montana": "MT", "Nebraska": "NE", "Nevada": "NV",
    "New Hampshire": "NH", "New Jersey": "NJ", "New Mexico": "NM", "New York": "NY", "North Carolina": "NC",
    "North Dakota": "ND", "Ohio": "OH", "Oklahoma": "OK", "Oregon": "OR", "Pennsylvania": "PA",
    "Rhode Island": "RI", "South Carolina": "SC", "South Dakota": "SD", "Tennessee": "TN", "Texas": "TX",
    "Utah": "UT", "Vermont": "VT", "Virginia": "VA", "Washington": "WA", "West Virginia": "WV",
    "Wisconsin": "WI", "Wyoming": "WY", "DC": "DC", "Puerto Rico": "PR", "Virgin Islands": "VI",
}  # fmt: skip

# A city's airport may lie across the border: those of Washington stand in Virginia and Maryland.
_NEAR = {"DC": ("DC", "MD", "VA")}


# Not a regular expression: loading `re` takes longer than all the splitting.
_SEPARATORS = str.maketrans({chr(code): " " for code in range(128) if not chr(code).isalnum()})


def words(text: str) -> set:
    """`Fort Lauderdale-Hollywood Int'l Airport` -> {FORT, LAUDERDALE, HOLLYWOOD, INTL}."""
    plain = text.upper().replace("'", "").replace("AIR FORCE BASE", "AFB")
    found = [_SAME.get(word, word) for word in plain.translate(_SEPARATORS).split()]
    return {word for word in found if word not in _SILENT}


def states_around(state: str) -> tuple:
    """The codes of the states where an airport of this state is looked for."""
    code = STATES.get(state, state)
    return _NEAR.get(code, (code,))
