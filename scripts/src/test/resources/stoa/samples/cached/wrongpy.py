__stoa__ = {"cached": ["area"]}


def area(side):
    return side * side
