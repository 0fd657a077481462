"""How many tests a command ran, as the runners' closing lines say."""

import re
from collections.abc import Callable

_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], int]], ...] = (
    # testthat: [ FAIL 0 | WARN 0 | SKIP 2 | PASS 112 ], the line being redrawn as it counts
    (
        re.compile(r"\[ FAIL (\d+) \| WARN \d+ \| SKIP \d+ \| PASS (\d+) \]"),
        lambda found: int(found[1]) + int(found[2]),
    ),
    # tinytest: All ok, 15 results (0.2s), or: 1 out of 15 results ...
    (re.compile(r"^All ok, (\d+) results", re.MULTILINE), lambda found: int(found[1])),
    # ctest: 100% tests passed, 0 tests failed out of 3; it ends well where it finds none
    (
        re.compile(
            r"tests passed, \d+ tests? failed out of (\d+)|^No tests were found!!!", re.MULTILINE
        ),
        lambda found: int(found[1] or 0),
    ),
    # unittest: Ran 3 tests in 0.001s, an empty line, OK (skipped=1)
    (
        re.compile(
            r"^Ran (\d+) tests? in [\d.]+s\r?$"
            r"(?:\s+(?:OK|FAILED) \((?:[^()\n]*, )?skipped=(\d+)[^()\n]*\))?",
            re.MULTILINE,
        ),
        lambda found: max(0, int(found[1]) - int(found[2] or 0)),
    ),
)


def count_tests(output: str) -> int | None:
    """Return how many tests the output of a command tells of; None where it tells of none.

    Known are the closing lines of testthat, tinytest, ctest and unittest. Where such lines are
    several, the highest number counts: a line is redrawn while tests run, and a runner within
    another one leaves nothing to that.
    """
    for pattern, count in _RULES:
        counts = [count(found) for found in pattern.finditer(output)]
        if counts:
            return max(counts)
    return None
