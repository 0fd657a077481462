import pytest

from conda_sluice.config.load import load_config
from conda_sluice.config.starter import StarterProject, render_starter
from conda_sluice.model.config import SignedTagGate, VersionPolicy
from conda_sluice.model.names import Subdir


def load_again(root, text):
    file = root / "channels.yaml"
    file.write_text(text)
    return load_config(file, platform=Subdir("linux-64"), is_project=lambda _: False)


def a_project(path, why="because of a file"):
    return StarterProject(path=path, why=why)


@pytest.mark.parametrize(
    "path",
    [".", "libs/a", "with space", "a: b", "#x", "[x]", "a*", 'a"b', "null", "yes", "1.0", "é", "-"],
)
def test_the_starter_loads_again_with_the_projects_found(tmp_path, path):
    root = tmp_path.resolve()
    (root / path).mkdir(exist_ok=True, parents=True)
    config = load_again(root, render_starter([a_project(path)]))
    assert [entry.root for entry in config.projects] == [root / path]


def test_the_starter_is_a_ladder_of_three_with_a_guarded_top(tmp_path):
    config = load_again(tmp_path.resolve(), render_starter([]))
    assert [channel.name for channel in config.channels] == ["unstable", "testing", "stable"]
    assert config.ladder[2].versions is VersionPolicy.FINAL
    assert any(isinstance(gate, SignedTagGate) for gate in config.ladder[2].gates)
    assert config.projects == ()


def test_the_starter_promises_no_less_than_there_is():
    assert "without effect" not in render_starter([])


def test_the_starter_takes_dependencies_from_where_it_is_told(tmp_path):
    config = load_again(tmp_path.resolve(), render_starter([], upstream=["./channels/host"]))
    assert [channel.name for channel in config.upstream] == ["host"]


def test_a_reason_stays_on_its_line():
    text = render_starter([a_project("a", why="because\nversion: 7\x1b[0m")])
    assert "  - a  # because version: 7 [0m\n" in text


def test_the_lines_shown_in_comments_load_too(tmp_path):
    root = tmp_path.resolve()
    (root / "apps" / "trips").mkdir(parents=True)
    text = render_starter([])
    text = text.replace("# retention:", "retention:").replace("projects: []", "projects:")
    text = text.replace("#   - {path", "  - {path")
    before, item, after = text.partition("  - {path")
    line, _, rest = after.partition("\n")
    head, _, tail = rest.partition("projects:\n")
    config = load_again(root, f"{before}{head}projects:\n{item}{line}\n{tail}")
    assert config.projects[0].tag == "trips-v{version}"
    assert config.ladder[0].retention is not None
