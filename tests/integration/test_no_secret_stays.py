"""Whole runs with secrets planted wherever credentials are kept: nothing that is left has one."""

import gzip
import json
import os
import subprocess
import sys
import threading
import time
import zlib
from base64 import b64encode
from pathlib import Path
from urllib.parse import quote

import pytest
import zstandard

from conda_sluice.model.channel import ChannelRef
from conda_sluice.stores.directory.store import DirectoryStore
from factories import an_artifact
from servers import s3
from servers.static import Login, static_server
from workspaces import GATED, a_config, a_project, a_recipe, a_workspace

pytestmark = pytest.mark.integration

PLANTED = {
    name: f"pl4nted-{name}-6f0c93d1"
    for name in ("bearer", "quetz", "anaconda", "aws", "github", "netrc", "stored")
}


def spelled(text):
    """Return the ways in which a secret could be written down."""
    return {
        text.encode(),
        quote(text, safe="").encode(),
        b64encode(text.encode()).rstrip(b"="),
        b64encode(f"ci:{text}".encode()).rstrip(b"="),
    }


NEEDLES = {spelling for text in PLANTED.values() for spelling in spelled(text)}


def found_in(data):
    return sorted(needle for needle in NEEDLES if needle in data)


@pytest.fixture
def home(tmp_path):
    """A user who has logged in everywhere."""
    folder = tmp_path / "home"
    files = {
        "auth.json": json.dumps({"127.0.0.1": {"BearerToken": PLANTED["bearer"]}}),
        "others.txt": "".join(f"{name}: {text}\n" for name, text in PLANTED.items()),
        ".netrc": f"machine lab.invalid login ci password {PLANTED['netrc']}\n",
        ".continuum/anaconda-client/tokens/https%3A%2F%2Fapi.anaconda.org.token": PLANTED["stored"],
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def upstream(tmp_path):
    folder = tmp_path / "www"
    channel = ChannelRef("private", (folder / "private").as_uri())
    DirectoryStore().put([an_artifact(tmp_path / "files", "base", text="base")], channel)
    with static_server(folder, Login(bearer=PLANTED["bearer"])) as server:
        yield f"{server.url}/private"


class Runs:
    """Command lines in processes of their own, watched while they run."""

    def __init__(self, root, home, cache):
        self.root = root
        self.env = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(map(str, sys.path)),
            "HOME": str(home),
            "RATTLER_AUTH_FILE": str(home / "auth.json"),
            "QUETZ_API_KEY": PLANTED["quetz"],
            "ANACONDA_API_TOKEN": PLANTED["anaconda"],
            "AWS_SECRET_ACCESS_KEY": PLANTED["aws"],
            "GITHUB_TOKEN": PLANTED["github"],
            "SLUICE_CACHE_DIR": str(cache),
            "SLUICE_ACTOR": "ada",
        }
        self.told = b""
        self.lines = set()

    def __call__(self, *argv):
        process = subprocess.Popen(
            [sys.executable, "-m", "conda_sluice", *argv],
            cwd=self.root,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        done = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(done,))
        watcher.start()
        try:
            output, _ = process.communicate(timeout=300)
        finally:
            done.set()
            watcher.join()
        self.told += output
        return process.returncode, output.decode()

    def _watch(self, done):
        while not done.is_set():
            for file in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    self.lines.add(file.read_bytes())
                except OSError:  # it has ended
                    continue
            time.sleep(0.01)


def texts_of(data):
    """Yield data as it is, and unpacked where it is packed."""
    yield data
    if data[:4] == b"\x28\xb5\x2f\xfd":
        yield zstandard.ZstdDecompressor().stream_reader(data).read()
    if data[:2] == b"\x1f\x8b":
        try:
            yield gzip.decompress(data)
        except (OSError, EOFError, zlib.error):
            return


def leaks_of(*folders):
    """Return the files in which a planted secret stands."""
    files = [file for one in folders for file in one.rglob("*") if file.is_file()]
    assert files
    leaks = {}
    for file in files:
        if file.is_symlink():
            continue
        found = [needle for text in texts_of(file.read_bytes()) for needle in found_in(text)]
        if found:
            leaks[str(file)] = found
    return leaks


LEAKY = "cat {home}/auth.json {home}/.netrc {home}/others.txt"


def leaky_workspace(root, home, upstream, *, fails=False):
    """A workspace whose build and test scripts show what they find in the user's files."""
    leak = LEAKY.format(home=home)
    make = "mkdir -p $PREFIX/share", "cp data.txt $PREFIX/share/hills.txt"
    recipe = a_recipe(
        "hills",
        needs=["base"],
        script=[leak, *make, *(["echo last words: $(cat {home}/auth.json); exit 3"] * fails)],
        test=[leak, "test -s $PREFIX/share/hills.txt"],
    ).replace("{home}", str(home))
    files = {**a_project("hills"), "recipes/hills/meta.yaml": recipe}
    text = a_config("hills", text=GATED.replace("upstream: []", f"upstream: ['{upstream}']"))
    return a_workspace(root, files, text)


@pytest.fixture
def runs(tmp_path, home):
    return Runs(tmp_path / "workspace", home, tmp_path / "cache")


def check(runs, tmp_path):
    root = tmp_path / "workspace"
    kept = [root / ".sluice", root / "channels", tmp_path / "cache", *tmp_path.glob("prefix*")]
    assert leaks_of(*(one for one in kept if one.exists())) == {}
    assert found_in(runs.told) == []
    assert [line for line in runs.lines if found_in(line)] == []


def test_run_leaves_no_secret_behind(runs, home, upstream, tmp_path):
    leaky_workspace(tmp_path / "workspace", home, upstream)
    code, output = runs("run", "--format", "json")
    assert code == 0, output
    assert "***" in (next((tmp_path / "workspace/.sluice/logs").rglob("*.log"))).read_text()
    assert runs("explain", "hills", "--html", "page.html")[0] == 0
    assert runs("explain", "hills", "--format", "json")[0] == 0
    assert runs("history", "hills", "--format", "json")[0] == 0
    prefix = tmp_path / "prefix"
    code, output = runs("restore", "hills==1.0", "--prefix", str(prefix))
    assert code == 0, output
    assert list((prefix / "conda-meta").glob("base-*.json"))
    check(runs, tmp_path)
    assert found_in((tmp_path / "workspace" / "page.html").read_bytes()) == []


def test_build_that_fails_tells_no_secret(runs, home, upstream, tmp_path):
    leaky_workspace(tmp_path / "workspace", home, upstream, fails=True)
    code, output = runs("run", "--format", "json")
    assert code == 1
    assert "last words" in output
    assert runs("run")[0] == 1
    check(runs, tmp_path)


def test_upstream_that_refuses_the_token_tells_no_secret(runs, home, upstream, tmp_path):
    leaky_workspace(tmp_path / "workspace", home, upstream)
    runs.env["RATTLER_AUTH_FILE"] = str(home / "none.json")
    code, output = runs("run")
    assert code != 0
    assert "401" in output
    check(runs, tmp_path)


def test_ladder_in_a_bucket_leaves_no_secret(runs, home, moto_s3, tmp_path):
    bucket, _ = moto_s3.key(moto_s3.channel(tmp_path), "")
    runs.env |= {**s3.ENVIRONMENT, "AWS_SECRET_ACCESS_KEY": PLANTED["aws"]}
    text = (
        GATED.replace("./channels/", f"s3://{bucket}/")
        + f"stores: {{s3: {{endpoint: '{moto_s3.endpoint}', addressing: path}}}}\n"
        + "ledger: ./ledger\n"
    )
    leak = LEAKY.format(home=home)
    files = {
        **a_project("hills"),
        **a_project("walk"),
        "recipes/hills/meta.yaml": a_recipe("hills"),
        "recipes/walk/meta.yaml": a_recipe("walk", needs=["hills"], test=[leak]),
    }
    a_workspace(tmp_path / "workspace", files, a_config("hills", "walk", text=text))
    code, output = runs("run")
    assert code == 0, output
    assert "walk 1.0 to testing" in output
    code, output = runs("restore", "walk==1.0", "--prefix", str(tmp_path / "prefix"))
    assert code == 0, output
    check(runs, tmp_path)
    assert leaks_of(tmp_path / "workspace" / "ledger") == {}
    for page in moto_s3.client.list_objects_v2(Bucket=bucket)["Contents"]:
        body = moto_s3.client.get_object(Bucket=bucket, Key=page["Key"])["Body"].read()
        assert [found_in(text) for text in texts_of(body) if found_in(text)] == []
