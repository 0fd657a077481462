import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conda_sluice.effects.members import MemberCheck
from factories import a_link


def a_file(name):
    return tarfile.TarInfo(name)


def judge(*members):
    check = MemberCheck()
    troubles = [check.look_at(member) for member in members]
    return "".join(troubles) or check.finish()


@pytest.mark.parametrize("name", ["bin/trips", "./bin/trips", ".", "lib/..hidden", "a/b/c"])
def test_usual_names_pass(name):
    assert judge(a_file(name)) == ""


@pytest.mark.parametrize("name", ["/bin/sh", "../x", "a/../../x", "a/..", ""])
def test_names_outside_are_refused(name):
    assert "outside" in judge(a_file(name))


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("lib/libtrips.so", "libtrips.so.1"),
        ("lib/libtrips.so", "./libtrips.so.1"),
        ("bin/npm", "../lib/node_modules/npm/bin/npm.js"),
        ("a/b/c/link", "../../../x"),
    ],
)
def test_links_within_the_package_pass(name, target):
    assert judge(a_link(name, target)) == ""


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("lib/evil", "/etc/passwd"),
        ("lib/evil", "../../etc/passwd"),
        ("evil", ".."),
        ("lib/evil", "a/../../../etc"),
        ("lib/evil", ""),
    ],
)
def test_links_out_of_the_package_are_refused(name, target):
    assert "outside" in judge(a_link(name, target))


@pytest.mark.parametrize("target", ["/etc/passwd", "../x"])
def test_hard_links_out_of_the_package_are_refused(target):
    assert "outside" in judge(a_link("x", target, is_hard=True))


def test_hard_link_to_another_member_passes():
    assert judge(a_file("bin/a"), a_link("bin/b", "bin/a", is_hard=True)) == ""


def test_links_that_lead_out_only_together_are_refused():
    # p/q/x is the top of the package, so p/q/x/l -> ../../.. is far above it.
    assert judge(a_link("p/q/x", "../.."), a_link("p/q/x/l", "../../..")) != ""


def test_member_below_a_link_is_refused_in_either_order():
    assert "below its link" in judge(a_link("x", "lib"), a_file("x/evil"))
    assert "below its link" in judge(a_file("x/evil"), a_link("x", "lib"))


@pytest.mark.parametrize("kind", [tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_devices_and_pipes_are_refused(kind):
    device = tarfile.TarInfo("dev/evil")
    device.type = kind
    assert "device" in judge(device)


parts = st.sampled_from(["a", "b", "..", "."])
names = st.lists(parts, min_size=1, max_size=4).map("/".join)


@given(st.lists(st.tuples(names, names), max_size=4))
def test_whatever_passes_stays_inside_when_it_is_unpacked(tmp_path_factory, links):
    members = [a_link(name, target) for name, target in links]
    if judge(*members):
        return
    top = tmp_path_factory.mktemp("unpacked") / "one" / "two" / "package"
    top.mkdir(parents=True)
    for name, target in links:
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_symlink() and not path.exists():
            path.symlink_to(target)
    for name, _ in links:
        if _is_loop(top / name):
            continue
        assert (top / name).resolve().is_relative_to(top)


def _is_loop(path):
    try:
        path.resolve()
    except (RuntimeError, OSError):
        return True
    return False
