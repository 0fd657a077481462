"""Environments through py-rattler: fresh answers, the very files, nothing of the user's."""

import json
import os
import pickle
import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

import running_tasks as tasks
from conda_sluice.environments.rattler import RattlerEnvironments
from conda_sluice.errors import DamagedError, StoreError
from conda_sluice.executors.local import LocalExecutor
from conda_sluice.model.environment import ChannelSource, LockedPackage, Solution, Unsolvable
from conda_sluice.model.names import Subdir
from conda_sluice.stores.directory.store import DirectoryStore
from factories import a_channel, an_artifact

pytestmark = pytest.mark.integration

LINUX = Subdir("linux-64")


@pytest.fixture
def environments(tmp_path):
    return RattlerEnvironments(tmp_path / "cache")


@pytest.fixture
def channel(tmp_path):
    return a_channel(tmp_path)


def put(channel, tmp_path, *args, **kwargs):
    artifact = an_artifact(tmp_path / "files", *args, **kwargs)
    DirectoryStore().put([artifact], channel)
    return artifact


def solve(environments, channel, *specs):
    answer = environments.solve(specs, [ChannelSource(channel.url)], LINUX)
    assert isinstance(answer, Solution), answer
    return answer


def test_a_package_uploaded_a_moment_ago_is_seen(environments, channel, tmp_path):
    seen = []
    for version in ("1.0", "1.1", "1.2"):
        put(channel, tmp_path, "base", version)
        seen.append(solve(environments, channel, "base").packages[0].url)
    assert [url.split("-")[-2] for url in seen] == ["1.0", "1.1", "1.2"]


def test_files_are_hard_links_to_the_cache(environments, channel, tmp_path):
    put(channel, tmp_path, "base", text="content")
    solution = solve(environments, channel, "base")
    with environments.create(solution, tmp_path / "env") as environment:
        assert (environment.prefix / "share" / "base.txt").stat().st_nlink == 2


def test_the_prefix_knows_where_a_package_came_from_and_what_it_needs(
    environments, channel, tmp_path
):
    put(channel, tmp_path, "base")
    put(channel, tmp_path, "top", depends=("base",))
    environments.install(solve(environments, channel, "top"), tmp_path / "env")
    entry = json.loads((tmp_path / "env/conda-meta/top-1.2.3-h0123456_0.json").read_text())
    assert (entry["depends"], entry["channel"]) == (["base"], channel.url)
    assert entry["url"] == f"{channel.url}/noarch/top-1.2.3-h0123456_0.conda"


def test_another_package_of_the_same_name_is_not_taken_from_the_cache(environments, tmp_path):
    for text in ("one", "two"):
        channel = a_channel(tmp_path, text)
        put(channel, tmp_path, "base", text=text)
        prefix = tmp_path / f"env-{text}"
        environments.install(solve(environments, channel, "base"), prefix)
        assert (prefix / "share" / "base.txt").read_text() == text


def test_a_package_replaced_behind_its_index_is_refused(environments, channel, tmp_path):
    put(channel, tmp_path, "base", text="sound")
    solution = solve(environments, channel, "base")
    other = an_artifact(tmp_path / "other", "base", text="replaced")
    shutil.copy(other.path, tmp_path / "unstable" / "noarch" / other.path.name)
    with pytest.raises(DamagedError, match="sha256"):
        environments.install(solution, tmp_path / "env")


def test_a_file_that_is_no_package_is_refused(environments, channel, tmp_path):
    artifact = put(channel, tmp_path, "base")
    solution = solve(environments, channel, "base")
    (tmp_path / "unstable" / "noarch" / artifact.path.name).write_bytes(b"nonsense")
    with pytest.raises(DamagedError, match="no sound package"):
        environments.install(solution, tmp_path / "env")


def test_a_channel_with_a_broken_index_is_an_error_that_names_it(environments, channel, tmp_path):
    put(channel, tmp_path, "base")
    (tmp_path / "unstable" / "noarch" / "repodata.json").write_text("{nonsense")
    with pytest.raises(StoreError, match=channel.url):
        solve(environments, channel, "base")


def test_the_solvers_own_words_explain_a_conflict(environments, channel, tmp_path):
    put(channel, tmp_path, "base", "1.0")
    put(channel, tmp_path, "top", depends=("base >=2",))
    answer = environments.solve(["top"], [ChannelSource(channel.url)], LINUX)
    assert isinstance(answer, Unsolvable)
    assert "top" in answer.reason
    assert "base >=2, for which no candidates were found" in answer.reason


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture
def served(tmp_path):
    """The URL under which the test's folder is served."""
    handler = partial(QuietHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture
def remote(served, channel, tmp_path, environments):
    put(channel, tmp_path, "base", text="from afar")
    return environments.solve(["base"], [ChannelSource(f"{served}/unstable")], LINUX)


def test_a_channel_behind_http_works_as_one_in_a_folder(environments, remote, tmp_path):
    environments.install(remote, tmp_path / "env")
    assert (tmp_path / "env" / "share" / "base.txt").read_text() == "from afar"


def test_a_remote_package_replaced_behind_its_index_is_refused(environments, remote, tmp_path):
    other = an_artifact(tmp_path / "other", "base", text="replaced")
    shutil.copy(other.path, tmp_path / "unstable" / "noarch" / other.path.name)
    with pytest.raises((DamagedError, StoreError), match="hash"):
        environments.install(remote, tmp_path / "env")
    assert not (tmp_path / "env").exists()


def test_a_remote_package_that_is_not_the_locked_one_is_refused(environments, remote, tmp_path):
    bad = Solution((LockedPackage(remote.packages[0].url, "0" * 64),))
    with pytest.raises(DamagedError, match="sha256"):
        environments.install(bad, tmp_path / "env")


@pytest.fixture
def environment(environments, channel, tmp_path):
    put(channel, tmp_path, "base", text="content")
    with environments.create(solve(environments, channel, "base"), tmp_path / "env") as one:
        yield one


def test_a_script_runs_activated_in_the_given_folder(environment, tmp_path):
    done = environment.run('cat "$CONDA_PREFIX/share/base.txt"; pwd', cwd=tmp_path, timeout=10)
    assert (done.code, done.output) == (0, f"content{tmp_path}\n")


def test_a_script_ends_at_the_first_failure(environment, tmp_path):
    done = environment.run("echo one; false; echo two", cwd=tmp_path, timeout=10)
    assert (done.code, done.output) == (1, "one\n")


def test_a_script_sees_nothing_of_the_users_environment(environment, tmp_path, monkeypatch):
    for name in ("PYTHONPATH", "R_LIBS", "R_LIBS_USER", "LD_LIBRARY_PATH", "A_TOKEN"):
        monkeypatch.setenv(name, "leaked")
    script = "env; test ! -e ~/.bashrc; test -w ~; test -w $TMPDIR"
    done = environment.run(script, cwd=tmp_path, timeout=10)
    seen = dict(line.split("=", 1) for line in done.output.splitlines())
    assert done.code == 0
    assert "leaked" not in seen.values()
    assert os.environ["HOME"] != seen["HOME"]
    assert set(seen["PATH"].split(":")) == {f"{environment.prefix}/bin", "/usr/bin", "/bin"}


def test_the_scripts_home_goes_with_it(environment, tmp_path):
    home = environment.run("echo $HOME", cwd=tmp_path, timeout=10).output.strip()
    assert not os.path.exists(home)  # noqa: PTH110 - a text from a script


def test_activation_scripts_are_sourced(environment, tmp_path):
    folder = environment.prefix / "etc" / "conda" / "activate.d"
    folder.mkdir(parents=True)
    (folder / "hello.sh").write_text("export GREETING=hello\n")
    assert environment.run("echo $GREETING", cwd=tmp_path, timeout=10).output == "hello\n"


def test_a_script_over_its_time_is_ended(environment, tmp_path):
    done = environment.run("sleep 1000 & sleep 1000", cwd=tmp_path, timeout=0.3)
    assert done.is_timeout


def test_environments_work_in_worker_processes_that_share_a_cache(environments, channel, tmp_path):
    for name in ("one", "two", "three"):
        put(channel, tmp_path, name, text=name)
    with LocalExecutor(2).open() as executor:
        futures = [
            executor.submit(
                tasks.install_and_list, environments, channel.url, tmp_path / f"env-{number}"
            )
            for number in range(8)
        ]
        answers = {future.result() for future in futures}
    assert answers == {("one.txt", "three.txt", "two.txt")}


def test_environments_pickle(environments):
    assert pickle.loads(pickle.dumps(environments)) == environments
