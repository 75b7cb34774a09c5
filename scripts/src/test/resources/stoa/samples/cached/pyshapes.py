__stoa__ = {"cached": {"area": "10m"}}

calls = 0


def area(side):
    """The area of a square, and how many were computed."""
    global calls
    calls += 1
    return [side * side, calls]


def fresh(side):
    return area(side)
