from hypothesis import given
from hypothesis import strategies as st

from conda_sluice.plan.publishing import publishing_order
from factories import a_record

NAMES = "abcdef"


@st.composite
def packages(draw, *, acyclic=True):
    """Return packages of several subdirs; where acyclic, each needs earlier names only."""
    chosen = draw(st.lists(st.sampled_from(NAMES), unique=True))
    records = []
    for place, name in enumerate(sorted(chosen)):
        pool = sorted(chosen)[:place] if acyclic else chosen
        needs = draw(st.frozensets(st.sampled_from(pool))) if pool else frozenset()
        subdir = draw(st.sampled_from(["noarch", "linux-64", "osx-arm64"]))
        depends = tuple(f"{one} >=1" for one in sorted(needs))
        records.append(a_record(name, subdir=subdir, depends=depends))
    return draw(st.permutations(records))


@given(packages(acyclic=False))
def test_every_package_comes_once_and_a_group_is_one_subdir(records):
    groups = publishing_order(records)
    assert sorted(one.path for group in groups for one in group) == sorted(
        one.path for one in records
    )
    assert all(len({one.subdir for one in group}) == 1 for group in groups)


@given(packages())
def test_nothing_is_published_before_what_it_needs(records):
    names = {one.name for one in records}
    published = set()
    for group in publishing_order(records):
        published |= {one.name for one in group}
        for one in group:
            assert {spec.split()[0] for spec in one.depends} & names <= published


def test_one_subdir_is_one_group():
    records = [a_record(name, depends=(other,)) for name, other in zip("abc", "bca", strict=True)]
    assert len(publishing_order(records)) == 1


def test_a_chain_across_subdirs_goes_back_and_forth():
    low = a_record("low", subdir="linux-64")
    middle = a_record("middle", depends=("low",))
    high = a_record("high", subdir="linux-64", depends=("middle",))
    groups = publishing_order([high, middle, low])
    assert [[one.name for one in group] for group in groups] == [["low"], ["middle"], ["high"]]


def test_packages_that_need_each_other_across_subdirs_go_all_the_same():
    chicken = a_record("chicken", subdir="linux-64", depends=("egg",))
    egg = a_record("egg", depends=("chicken",))
    assert len(publishing_order([chicken, egg])) == len([chicken, egg])
