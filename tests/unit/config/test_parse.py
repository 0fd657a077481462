import pickle
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conda_sluice.config.parse import parse_channels
from conda_sluice.config.schema import (
    ChannelsFile,
    ProjectItem,
    RetentionItem,
    RungItem,
    SignedTagItem,
    SignedTagSettings,
    SimpleGate,
)
from conda_sluice.errors import ConfigError
from conda_sluice.model.config import Mode, VersionPolicy

HEAD = "version: 1\nladder:\n  - {name: a, url: ./a}\n"
SECOND = HEAD + "  - name: b\n    url: ./b\n"


def mistake(text):
    with pytest.raises(ConfigError) as caught:
        parse_channels(text)
    return caught.value


def test_the_smallest_file_is_read():
    text = "version: 1\nupstream: []\nladder: [{name: a, url: ./a}]\nprojects: []\n"
    assert parse_channels(text).file == ChannelsFile(
        version=1, upstream=(), ladder=(RungItem(name="a", url="./a"),), projects=()
    )


def test_a_file_with_everything_is_read():
    text = """\
version: 1
upstream: [conda-forge]
ladder:
  - {name: unstable, url: ./u, retention: {keep: 5, days: 30}}
  - name: stable
    url: ./s
    versions: final
    gates: [tested, installable, signed-tag: {allowed-signers: ./who}]
projects:
  - libs/*
  - {path: apps/t, tag: "t-v{version}", test: "pytest -q", mode: re-version, owners: [alice]}
variants: [v.yaml]
platforms: {required: [linux-64], optional: [osx-arm64]}
tests: {solve: [highest]}
ledger: ./l
sets: {geo: [libgeo, pygeo]}
names: {opencv-python: py-opencv}
builder: conda-build
"""
    file = parse_channels(text).file
    assert file.ladder[0].retention == RetentionItem(keep=5, days=30)
    assert file.ladder[1].versions is VersionPolicy.FINAL
    assert file.ladder[1].gates == (
        SimpleGate.TESTED,
        SimpleGate.INSTALLABLE,
        SignedTagItem(signed_tag=SignedTagSettings(allowed_signers="./who")),
    )
    assert file.projects == (
        "libs/*",
        ProjectItem(
            path="apps/t",
            tag="t-v{version}",
            test="pytest -q",
            mode=Mode.RE_VERSION,
            owners=("alice",),
        ),
    )
    assert file.sets == {"geo": ("libgeo", "pygeo")}
    assert file.names == {"opencv-python": "py-opencv"}
    assert file.builder == "conda-build"
    assert pickle.loads(pickle.dumps(file)) == file


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("version: 1\nladdder: []", "2:1", "unknown key 'laddder'; did you mean 'ladder'?"),
        (HEAD + "color: red", "4:1", "unknown key 'color'"),
        (HEAD + "<<: {a: 1}", "4:1", "unknown key '<<'"),
        ("[]", "1:1", "expected a mapping for channels.yaml, found a list"),
        ("ladder: [{name: a, url: ./a}]", "1:1", "channels.yaml lacks the key 'version'"),
        ("version: 1", "1:1", "channels.yaml lacks the key 'ladder'"),
        ("version: 2\nrungs: []", "1:10", "does not know version 2"),
        ("version: '1'", "1:10", "expected a whole number, found text: '1'"),
        ("version: true", "1:10", "found true or false: 'true'"),
        ("version: 0x1", "1:10", "expected a whole number"),
        (f"version: {'9' * 5000}", "1:10", "expected a whole number"),
        ("version: 1\nladder: []", "2:9", "the ladder is empty"),
        ("version: 1\nladder:", "2:8", "expected a list, found nothing"),
        ("version: 1\nladder: {a: b}", "2:9", "expected a list, found a mapping"),
        ("version: 1\nladder: [stable]", "2:10", "expected a mapping for a channel"),
        ("version: 1\nladder: [{name: a}]", "2:10", "a channel of the ladder lacks the key 'url'"),
        ("version: 1\nladder: [{name: 1.0, url: a}]", "2:17", "expected text, found a number"),
        ("version: 1\nladder: [{name: '', url: a}]", "2:17", "this text is empty"),
        ('version: 1\nladder: [{name: "a\\nb", url: a}]', "2:17", "one line"),
        ('version: 1\nladder: [{name: a, url: "a\\0b"}]', "2:25", "cannot be seen"),
        ('version: 1\nladder: [{name: a, url: "a\\u202eb"}]', "2:25", "cannot be seen"),
        ("version: 1\nladder: [{name: a, url: a, gates: [tested]}]", "2:10", "nothing guards it"),
        ("version: 1\nladder: [{name: a, url: a, versions: pre}]", "2:10", "nothing guards it"),
        (SECOND + "    gates: [testd]", "6:13", "unknown gate 'testd'; did you mean 'tested'?"),
        (SECOND + "    gates: [signed_tag]", "6:13", "did you mean 'signed-tag'?"),
        (SECOND + "    gates: [tested, tested]", "6:21", "'tested' stands in this list twice"),
        (SECOND + "    gates: [signed-tag]", "6:13", "'signed-tag' needs settings"),
        (SECOND + "    gates: [tested: {a: 1}]", "6:13", "the gate 'tested' has no settings"),
        (SECOND + "    gates: [signed-tag: x]", "6:25", "expected a mapping for the gate"),
        (SECOND + "    gates: [signed-tag: {}]", "6:25", "lacks the key 'allowed-signers'"),
        (
            SECOND + "    gates: [signed-tag: {allowed_signers: x}]",
            "6:26",
            "unknown key 'allowed_signers'; did you mean 'allowed-signers'?",
        ),
        (SECOND + "    gates: [[tested]]", "6:13", "expected a gate, found a list"),
        (SECOND + "    gates: [{tested: , installable: }]", "6:13", "expected a gate"),
        (SECOND + "    gates: tested", "6:12", "expected a list, found text: 'tested'"),
        (SECOND + "    versions: finals", "6:15", "unknown version policy 'finals'; did you mean"),
        (SECOND + "    retention: {}", "6:16", "this retention says nothing"),
        (SECOND + "    retention: {keep: 0}", "6:23", "at least 1"),
        (SECOND + "    retention: {keep: -1}", "6:23", "expected a whole number"),
        (HEAD + "projects: [[a]]", "4:12", "expected a folder, a glob, or a mapping"),
        (HEAD + "projects: [{tag: x}]", "4:12", "a project lacks the key 'path'"),
        (HEAD + "projects: [{path: x, tag: v1}]", "4:27", "has to hold {version} once"),
        (HEAD + "projects: [{path: x, tag: '{version}{name}'}]", "4:27", "has to hold {version}"),
        (HEAD + "projects: [{path: x, tag: '-{version}'}]", "4:27", "git allows no tag"),
        (HEAD + "projects: [{path: x, tag: 'v {version}'}]", "4:27", "git allows no tag"),
        (HEAD + "projects: [{path: x, mode: re-vresion}]", "4:28", "did you mean 're-version'?"),
        (HEAD + "projects: [{path: x, owners: alice}]", "4:30", "expected a list"),
        (HEAD + "platforms: {required: []}", "4:23", "no platform is required"),
        (HEAD + "tests: {solve: []}", "4:16", "no solve strategy"),
        (HEAD + "tests: {solve: [newest]}", "4:17", "unknown solve strategy 'newest'"),
        (
            HEAD + "tests: {solve: [highest, highest]}",
            "4:26",
            "'highest' stands in this list twice",
        ),
        (HEAD + "builder: conda-biuld", "4:10", "'conda-biuld'"),
        (HEAD + "sets: [a]", "4:7", "expected a mapping of set names"),
        (HEAD + "sets: {geo: [a]}", "4:13", "the set 'geo' holds less than two packages"),
        (HEAD + "sets: {geo: [a, a]}", "4:17", "'a' stands in this list twice"),
        (HEAD + "names: [a]", "4:8", "expected a mapping of registry names"),
        (HEAD + "ledger: [a]", "4:9", "expected text, found a list"),
    ],
)
def test_a_mistake_names_its_line_and_column(text, where, what):
    error = mistake(text)
    assert error.where == f"channels.yaml:{where}"
    assert what in error.what


@pytest.mark.parametrize(
    ("gate", "where", "what"),
    [
        ("approved", "6:21", "'approved' needs settings"),
        ("age", "6:21", "'age' needs settings"),
        ("license", "6:21", "'license' needs settings"),
        ("monotonic: {a: 1}", "6:21", "'monotonic' has no settings"),
        ("approved: {for: [major]}", "6:31", "lacks the key 'approvers'"),
        ("approved: {approvers: ./a, for: [mayor]}", "6:54", "did you mean 'major'?"),
        ("approved: {approvers: ./a, for: []}", "6:53", "nobody would be asked"),
        ("approved: {approvers: ./a, for: [major, major]}", "6:61", "stands in this list twice"),
        ("age: {days: 0}", "6:33", "at least 1"),
        ("license: {}", "6:30", "says nothing"),
        ("license: {allow: []}", "6:38", "is empty"),
    ],
)
def test_a_gate_that_says_too_little_is_refused(gate, where, what):
    error = mistake(SECOND + f"    gates: [tested, {gate}]")
    assert (error.where, what in error.what) == (f"channels.yaml:{where}", True), error.what


def test_a_secret_is_never_repeated():
    secret = "https://alice:sesame@example.org/t/abracadabra/c"
    for text in (
        f"version: {secret}",
        f"{secret!r}: 1",
        f"version: 1\n{secret!r}: 1\n{secret!r}: 1",
        f"version: 1\n[{secret}",
        f"version: 1\na: *{secret}",
        SECOND + f"    gates: ['{secret}']",
        SECOND + f"    versions: '{secret}'",
        HEAD + f"projects: [{{path: x, tag: '{secret}'}}]",
    ):
        shown = str(mistake(text))
        assert "sesame" not in shown
        assert "abracadabra" not in shown


def test_a_test_command_may_have_several_lines():
    text = HEAD + "projects:\n  - path: x\n    test: |\n      one\n      two\n"
    projects = parse_channels(text).file.projects
    assert projects == (ProjectItem(path="x", test="one\ntwo\n"),)


def test_the_place_of_a_part_that_is_absent_is_that_of_what_would_hold_it():
    parsed = parse_channels(HEAD + "projects: [x]")
    assert parsed.where("ladder", 0, "url") == "channels.yaml:3:20"
    assert parsed.where("ladder", 0, "gates", 3) == "channels.yaml:3:5"
    assert parsed.where("projects", 0, "path") == "channels.yaml:4:12"


PIECES = [
    *("version", "ladder", "name", "url", "gates", "signed-tag", "projects", "path", "tag"),
    *(
        ": ",
        "\n",
        "\n  ",
        "- ",
        "[",
        "]",
        "{",
        "}",
        ", ",
        "&a ",
        "*a",
        "!!str ",
        "'",
        '"',
        "|",
        "?",
    ),
    *("1", "~", "tested", "x", "#", "<<", "---\n", "%YAML 1.1\n", "\t", "\x00", "\ud800", "é"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join), st.integers(0, len(SECOND)))
def test_whatever_the_text_it_is_read_or_a_configuration_error(text, position):
    for candidate in (text, SECOND[:position] + text + SECOND[position:]):
        with suppress(ConfigError):
            parse_channels(candidate)


def test_what_is_planned_is_refused_and_never_passed_over():
    with pytest.raises(ConfigError, match="the solve strategy 'lowest-direct' is planned"):
        parse_channels(HEAD + "tests: {solve: [lowest-direct]}")
