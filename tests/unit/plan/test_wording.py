from conda_sluice.plan.wording import in_one_line

TREE = """\
walk * cannot be installed because there are no viable options:
└─ walk 1.0 would require
   └─ hills >=2.0, for which no candidates were found.
"""


def test_a_tree_becomes_a_sentence():
    assert in_one_line(TREE) == (
        "walk * cannot be installed because there are no viable options:"
        " walk 1.0 would require hills >=2.0, for which no candidates were found."
    )


def test_one_line_stays_as_it_is():
    assert in_one_line("ended with exit code 1") == "ended with exit code 1"
    assert in_one_line("") == ""
