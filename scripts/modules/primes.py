"""Prime numbers, one after the other: a module whose answer is a stream."""

import stoa


def numbers(start: int = 2):
    """All prime numbers from `start` on. The stream has no end: take what you want and close it.

    Nothing is computed ahead of what its reader asks for; when the reader goes, `finally` runs.
    """
    given = 0
    try:
        candidate = max(2, start)
        while True:
            if _is_prime(candidate):
                yield candidate
                given += 1
            candidate += 1
    finally:
        stoa.log.info(f"closed after {given} primes")


def below(limit: int):
    """The prime numbers below `limit`."""
    for candidate in range(2, limit):
        if _is_prime(candidate):
            yield candidate


def _is_prime(number: int) -> bool:
    divisor = 2
    while divisor * divisor <= number:
        if number % divisor == 0:
            return False
        divisor += 1
    return True
