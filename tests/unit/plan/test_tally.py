import pytest

from conda_sluice.plan.tally import count_tests


@pytest.mark.parametrize(
    ("output", "count"),
    [
        ("[ FAIL 0 | WARN 0 | SKIP 0 | PASS 7 ]\r[ FAIL 1 | WARN 2 | SKIP 3 | PASS 111 ]\n", 112),
        ("[ FAIL 0 | WARN 0 | SKIP 3 | PASS 0 ]", 0),
        ("[ FAIL 0 | WARN 0 | SKIP 0 | PASS 89 ]\n[ FAIL 0 | WARN 0 | SKIP 0 | PASS 0 ]", 89),
        ("All ok, 0 results (3ms)", 0),
        ("x\nAll ok, 15 results (0.2s)\n", 15),
        ("100% tests passed, 0 tests failed out of 3\n", 3),
        ("95% tests passed, 1 tests failed out of 21\n", 21),
        ("Internal ctest changing into directory: b\nNo tests were found!!!\n", 0),
        (".\n-----\nRan 1 test in 0.000s\n\nOK\n", 1),
        ("\n-----\nRan 0 tests in 0.000s\n\nOK\n", 0),
        ("\n-----\nRan 0 tests in 0.000s\n\nNO TESTS RAN\n", 0),
        ("ss\n-----\nRan 2 tests in 0.001s\n\nOK (skipped=2)\n", 0),
        ("-----\nRan 9 tests in 1.2s\n\nFAILED (failures=1, skipped=2, expected failures=1)\n", 7),
        ("s\n-----\nRan 0 tests in 0.001s\n\nOK (skipped=1)\n", 0),
        ("trips: everything is fine\n", None),
    ],
)
def test_closing_lines_of_runners_say_how_many_tests_ran(output, count):
    assert count_tests(output) == count
