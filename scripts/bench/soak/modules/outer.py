"""Calls another module."""
import stoa


def through(a, b):
    return stoa.module("inner").add(a, b)
