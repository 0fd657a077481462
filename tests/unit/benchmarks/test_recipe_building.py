import pytest
from benchmarks.recipes.build_many import told
from benchmarks.recipes.building import Outcome, judged

BUILT = {"outcome": "built"}


@pytest.mark.parametrize(
    ("builds", "tests", "stage"),
    [
        ([BUILT], [{"outcome": "passed", "tests": 2}], "passed"),
        ([BUILT], [{"outcome": "not-passed", "reason": "recipe test 1 ended", "log": ""}], "test"),
        ([{"outcome": "failed", "reason": "its build script failed"}], [], "build"),
        ([{"outcome": "failed", "reason": "the build took longer than 9 s"}], [], "time"),
        (
            [{"outcome": "failed", "reason": "x", "tail": ["No candidates were found for y *"]}],
            [],
            "host",
        ),
        ([], [], "recipe"),
    ],
)
def test_the_answer_of_a_run_tells_how_far_a_project_came(builds, tests, stage):
    assert judged({"builds": builds, "tests": tests}, "error: nothing here")[0] == stage


def test_the_cause_is_the_line_that_tells_of_an_error(tmp_path):
    log = tmp_path / "build.log"
    log.write_text("all is well\nfatal: no hills\nbye\n")
    failed = {"outcome": "failed", "reason": "its build script failed\nand more", "log": str(log)}
    said = judged({"builds": [failed], "tests": []}, "")
    assert said == ("build", "its build script failed | fatal: no hills")


def test_the_table_counts_by_build_system_and_together():
    passed = Outcome("a", "c", "cmake", "passed", "", 1.0)
    failed = Outcome("b", "c", "make", "build", "", 1.0)
    rows = [line.split() for line in told([passed, failed])]
    assert rows[1] == ["cmake", *"1000001"]
    assert rows[-1] == ["together", *"2001001"]
