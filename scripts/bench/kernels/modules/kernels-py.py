"""The same four kernels as kernels-js.mjs. Plain code: no trick for one engine or another."""


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def words(n):
    counts = {}
    for i in range(n):
        word = "w%d" % (i % 5000)
        counts[word] = counts.get(word, 0) + 1
    return len(counts)


def sieve(n):
    composite = bytearray(n + 1)
    primes = 0
    for i in range(2, n + 1):
        if not composite[i]:
            primes += 1
            for j in range(i * 2, n + 1, i):
                composite[j] = 1
    return primes


def text(n):
    built = "".join(chr(97 + i % 26) for i in range(n))
    return len("-".join(part.upper() for part in built.split("a")))
