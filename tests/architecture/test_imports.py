"""Who may do what: start processes, print, read the environment, catch everything."""

import ast
import tomllib
from functools import cache
from pathlib import Path

import conda_sluice

ROOT = Path(conda_sluice.__file__).parent
MODULES = sorted(
    str(path.relative_to(ROOT)) for path in ROOT.rglob("*.py") if "templates" not in path.parts
)
PROCESSES = {"subprocess", "multiprocessing", "pty"}
STARTING = ("os.system", "os.popen", "os.exec", "os.spawn", "os.posix_spawn", "os.fork")
TERMINAL = {"typer", "rich", "click"}
PRINTING = {"print", "sys.stdout.write", "sys.stderr.write"}
HEAVY = {"rattler", "rattler_build", "ruamel", "jinja2", "boto3", "whl2conda", "zstandard"}
WEB = {"starlette", "uvicorn", "anyio"}


@cache
def parsed(name):
    return ast.parse((ROOT / name).read_text(encoding="utf-8"))


def imported(nodes):
    """Return the top-level names that import statements among these nodes bring in."""
    names = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0])
    return names


def imports(name):
    return imported(ast.walk(parsed(name)))


def calls(name):
    """Return what a module calls, as text: `print`, `os.environ.get`."""
    nodes = ast.walk(parsed(name))
    return {ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call)}


def attributes(name):
    nodes = ast.walk(parsed(name))
    return {ast.unparse(node) for node in nodes if isinstance(node, ast.Attribute)}


def those(is_so, *, but=()):
    """Return the modules of which `is_so` holds, but for those that may."""
    return [name for name in MODULES if not name.startswith(tuple(but)) and is_so(name)]


def test_one_module_starts_processes():
    """The guard forks, which starts no program, and it imports nothing of subprocess either."""
    assert those(lambda name: imports(name) & PROCESSES, but=["effects/process.py"]) == []
    assert (
        those(
            lambda name: any(call.startswith(STARTING) for call in calls(name)),
            but=["executors/guard.py"],
        )
        == []
    )


def test_the_command_line_alone_prints_and_there_one_module():
    assert those(lambda name: calls(name) & PRINTING, but=["cli/console.py"]) == []
    assert those(lambda name: imports(name) & TERMINAL, but=["cli/"]) == []


def test_the_environment_of_the_process_is_read_at_the_edge():
    reading = {"os.environ", "os.getenv", "os.chdir"}
    edge = ["cli/", "effects/", "wiring/"]
    assert those(lambda name: attributes(name) & reading, but=edge) == []


def test_heavy_engines_are_imported_where_they_are_used():
    assert those(lambda name: imported(parsed(name).body) & HEAVY) == []


def test_one_folder_knows_of_the_web_server():
    assert those(lambda name: imports(name) & WEB, but=["serving/"]) == []


def test_nothing_is_swallowed():
    """What catches everything raises again; a worker's last resort is the text of the error."""
    found = those(
        lambda name: any(map(swallows, ast.walk(parsed(name)))), but=["executors/worker.py"]
    )
    assert found == []


def swallows(node):
    if not isinstance(node, ast.ExceptHandler):
        return False
    kind = ast.unparse(node.type) if node.type else "BaseException"
    if kind not in {"Exception", "BaseException"}:
        return False
    return not any(isinstance(one, ast.Raise) for one in ast.walk(node))


def test_every_folder_has_its_layer():
    pyproject = tomllib.loads((ROOT.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
    (layers,) = [
        contract["layers"]
        for contract in pyproject["tool"]["importlinter"]["contracts"]
        if contract["type"] == "layers"
    ]
    named = {name.strip() for layer in layers for name in layer.split("|")}
    there = {path.stem for path in ROOT.glob("*.py")} | {
        path.name for path in ROOT.iterdir() if (path / "__init__.py").is_file()
    }
    assert named == there - {"__init__", "__main__"}
