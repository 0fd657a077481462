import pickle
from pathlib import Path

import pytest

from conda_sluice.config.load import load_config
from conda_sluice.errors import ConfigError
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.config import (
    InstallableGate,
    Retention,
    SignedTagGate,
    TestedGate,
    VersionPolicy,
)
from conda_sluice.model.names import Subdir

SMALLEST = "version: 1\nupstream: []\nladder:\n  - {name: a, url: ./a}\n  - {name: b, url: ./b}\n"
LINUX = Subdir("linux-64")


@pytest.fixture
def root(tmp_path):
    return tmp_path.resolve()


def load(root, text):
    file = root / "channels.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_config(file, platform=LINUX, is_project=lambda _: True)


def mistake(root, text):
    with pytest.raises(ConfigError) as caught:
        load(root, text)
    return caught.value


def test_the_smallest_file_gets_its_defaults(root):
    config = load(root, SMALLEST + "projects: []\n")
    assert config.root == root
    assert config.file == root / "channels.yaml"
    assert config.channels == (
        ChannelRef("a", (root / "a").as_uri()),
        ChannelRef("b", (root / "b").as_uri()),
    )
    assert config.upstream == config.projects == config.variants == config.names == ()
    assert config.builder == "rattler-build"
    assert config.required_platforms == (LINUX,)
    assert config.optional_platforms == ()
    assert config.solve == ("highest",)
    assert config.ledger == (root / ".ledger").as_uri()


def test_the_ledger_lies_beside_the_channels(root):
    text = "version: 1\nladder: [{name: a, url: ./channels/a}]\n"
    assert load(root, text).ledger == (root / "channels" / ".ledger").as_uri()
    bucket = "version: 1\nladder: [{name: a, url: 's3://b/lab/a'}]\n"
    assert load(root, bucket).ledger == "s3://b/lab/.ledger"
    branch = "git+ssh://git@h/r.git#sluice"
    assert load(root, bucket + f"ledger: '{branch}'\n").ledger == branch
    assert load(root, text + "ledger: log\n").ledger == (root / "log").as_uri()


def test_everything_that_is_written_arrives(root):
    (root / "v.yaml").touch()
    text = """\
version: 1
upstream: [conda-forge, ./channels/host]
ladder:
  - {name: unstable, url: ./u, retention: {keep: 5}}
  - name: stable
    url: ./s
    versions: final
    gates: [tested, installable, signed-tag: {allowed-signers: who}]
variants: [v.yaml]
platforms: {required: [linux-64, osx-64], optional: [osx-arm64]}
tests: {solve: [highest]}
sets: {geo: [libgeo, pygeo]}
names: {opencv-python: py-opencv}
builder: conda-build
"""
    config = load(root, text)
    lowest, stable = config.ladder
    assert lowest.retention == Retention(keep=5)
    assert stable.versions is VersionPolicy.FINAL
    assert stable.gates == (TestedGate(), InstallableGate(), SignedTagGate(root / "who"))
    assert [channel.name for channel in config.upstream] == ["conda-forge", "host"]
    assert config.variants == (root / "v.yaml",)
    assert config.required_platforms == ("linux-64", "osx-64")
    assert config.optional_platforms == ("osx-arm64",)
    assert config.solve == ("highest",)
    assert [type(strategy) for strategy in config.solve] == [str]
    assert config.sets == (("geo", ("libgeo", "pygeo")),)
    assert config.names == (("opencv-python", "py-opencv"),)
    assert config.builder == "conda-build"
    assert pickle.loads(pickle.dumps(config)) == config


def test_an_upstream_that_is_called_like_a_channel_of_the_ladder_is_called_by_its_url(root):
    config = load(root, SMALLEST.replace("[]", "[./other/b]"))
    assert config.upstream[0].name == config.upstream[0].url


def test_an_upstream_folder_may_come_later(root):
    assert load(root, SMALLEST.replace("[]", "[./not/yet]")).upstream[0].name == "yet"


def test_the_platform_of_this_machine_is_required_even_where_it_is_called_optional(root):
    config = load(root, SMALLEST + "platforms: {optional: [linux-64, osx-64]}")
    assert config.required_platforms == ("linux-64",)
    assert config.optional_platforms == ("osx-64",)


def test_options_of_stores_know_the_mirrors_and_the_places_of_all_channels(root):
    text = SMALLEST.replace("[]", "[conda-forge]", 1) + (
        "stores: {mirrors: {https://conda.anaconda.org/: [https://one, https://two/conda/]}}"
    )
    stores = load(root, text).stores
    assert stores.mirrors == (("https://conda.anaconda.org", ("https://one", "https://two/conda")),)
    assert stores.places[-1] == "https://conda.anaconda.org/conda-forge"
    assert len(stores.places) == 3


LADDER = "version: 1\nladder:\n  - {name: a, url: ./a}\n"


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        (LADDER + "  - {name: a, url: ./b}", "4:12", "the channel 'a' is named twice"),
        (LADDER + "  - {name: B, url: ./b}", "4:12", "'B' cannot name a channel"),
        (LADDER + "  - {name: ../b, url: ./b}", "4:12", "'../b' cannot name a channel"),
        (LADDER + "  - {name: b, url: x/../a/}", "4:20", "lies where another channel lies"),
        (LADDER + "  - {name: b, url: ./link}", "4:20", "lies where another channel lies"),
        (LADDER + "  - {name: b, url: ./file}", "4:20", "is a file"),
        (LADDER + "  - {name: b, url: ./file/b}", "4:20", "is a file"),
        (LADDER + "  - {name: b, url: 'oci://b/c'}", "4:20", "knows no channels at oci://"),
        (LADDER + "stores: {s3: {endpoint: minio}}", "4:25", "is no server"),
        (LADDER + "stores: {anaconda: {api: 'https://a:b@c'}}", "4:26", "token or a password"),
        (LADDER + "stores: {s3: {addressing: paht}}", "4:27", "did you mean"),
        (LADDER + "stores: {mirrors: {https://a: []}}", "4:31", "this URL has no mirror"),
        (LADDER + "stores: {mirrors: {https://a: [b]}}", "4:32", "is no server"),
        (LADDER + "stores: {mirrors: {a: [https://b]}}", "4:23", "is no server"),
        (LADDER + "stores: {mirrors: [https://b]}", "4:19", "a mapping of URLs"),
        (LADDER + "ledger: 's3://a:b@c/d'", "4:9", "token or a password"),
        (
            "version: 1\nladder: [{name: a, url: 'anaconda://a'}]",
            "2:9",
            "where no ledger can be kept",
        ),
        (LADDER + "upstream: [./a]", "3:20", "lies where another channel lies"),
        (LADDER + "upstream: [x, x]", "4:15", "the channel 'x' is named twice"),
        (LADDER + "platforms: {required: [linux64]}", "4:24", "did you mean 'linux-64'?"),
        (LADDER + "platforms: {required: [noarch]}", "4:24", "unknown platform 'noarch'"),
        (
            LADDER + "platforms: {required: [win-64], optional: [win-64]}",
            "4:44",
            "the platform 'win-64' is named twice",
        ),
        (LADDER + "variants: [nothing.yaml]", "4:12", "is not there"),
        (LADDER + "ledger: ./file", "4:9", "is a file"),
        (LADDER + "sets: {geo: [a, Py_X!]}", "4:17", "'Py_X!' is no conda package name"),
        (LADDER + "names: {x: Py_X!}", "4:12", "'Py_X!' is no conda package name"),
        (LADDER + "projects: [nothing]", "4:12", "is not there"),
        (
            LADDER + "  - {name: b, url: ./b, gates: [signed-tag: {allowed-signers: no/who}]}",
            "4:63",
            "the folder of the file of people who may sign",
        ),
    ],
)
def test_what_cannot_be_names_its_line_and_column(root, text, where, what):
    (root / "file").touch()
    (root / "a").mkdir()
    (root / "link").symlink_to("a")
    error = mistake(root, text)
    assert error.where == f"channels.yaml:{where}"
    assert what in error.what


def test_a_file_that_is_not_there_says_how_to_get_one(root):
    with pytest.raises(ConfigError, match="run sluice init"):
        load_config(root / "channels.yaml", platform=LINUX, is_project=lambda _: True)


def test_a_folder_is_no_file(root):
    with pytest.raises(ConfigError, match="Is a directory"):
        load_config(root, platform=LINUX, is_project=lambda _: True)


def test_what_is_not_utf8_names_its_place(root):
    error = mistake(root, b"version: 1\n# caf\xe9\n")
    assert error.where == "channels.yaml:2:6"
    assert "0xe9" in error.what


def test_a_huge_file_is_not_read(root):
    assert "larger than 1 MB" in mistake(root, b"#" * 1_000_001).what


def test_a_byte_order_mark_and_line_ends_of_windows_do_no_harm(root):
    text = b"\xef\xbb\xbf" + SMALLEST.replace("\n", "\r\n").encode()
    assert len(load(root, text).ladder) == 2


def test_paths_follow_the_file_and_not_the_current_folder(root, monkeypatch):
    (root / "channels.yaml").write_text(SMALLEST)
    (root / "elsewhere").mkdir()
    monkeypatch.chdir(root / "elsewhere")
    config = load_config(Path("../channels.yaml"), platform=LINUX, is_project=lambda _: True)
    assert config.root == root
