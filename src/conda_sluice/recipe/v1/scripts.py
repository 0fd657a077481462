"""The build script of an evaluated recipe.yaml: commands, or a file that the recipe names."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from conda_sluice.recipe.v1.keys import Keys

_OPEN = re.compile(r"\$\{\{\s*([A-Z_][A-Z0-9_]*)\s*\}\}")
_INTERPRETERS = {
    **dict.fromkeys((".sh", ".bash"), "bash"),
    **dict.fromkeys((".bat", ".cmd"), "cmd"),
    ".js": "nodejs",
    ".nu": "nushell",
    ".pl": "perl",
    ".ps1": "powershell",
    ".py": "python",
    ".r": "rscript",
    ".rb": "ruby",
}
"""What runs a file of each ending when the recipe does not say."""

NOTHING = ("exit 0",)
"""A script that does nothing: without any, builders run the usual one beside the recipe."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """Commands or a file, `NAME=value` pairs for it, and what runs it where that is unusual."""

    lines: tuple[str, ...] = ()
    file: str = ""
    env: tuple[str, ...] = ()
    interpreter: str = ""


def read_script(
    keys: Keys, files: Collection[str], handed: Collection[str], *, is_windows: bool
) -> Script:
    """Return the script; `handed` are the variables that it is given from outside."""
    usual = _beside("build", files, is_windows=is_windows)
    nothing = NOTHING if usual else ()
    match keys.take("script"):
        case None:
            return Script(file=usual)
        case []:  # as the engine gives outputs that say nothing
            return Script(lines=nothing)
        case str() as line:
            if file := _beside(line, files, is_windows=is_windows):
                return Script(file=file)
            return Script(lines=told_in_shell([line], keys, is_windows=is_windows))
        case list() as lines:
            return Script(lines=told_in_shell(lines, keys, is_windows=is_windows))
        case dict() as told:
            script = Keys(told, "build/script", keys.where)
            env = script.take("env")
            given = env if isinstance(env, dict) else {}
            inside, file = script.texts("content"), script.text("file")
            interpreter = script.text("interpreter")
            script.end()
            content = told_in_shell(inside, keys, is_windows=is_windows)
            own = file or ("" if "content" in told else usual)
            return Script(
                lines=content or (() if own else nothing),
                file=own,
                env=_pairs(given, handed),
                interpreter="" if interpreter == _interpreter_of(own) else interpreter,
            )
        case _:
            raise keys.refused("script", "is not supported in this form")


def told_in_shell(lines: Sequence[str], keys: Keys, *, is_windows: bool) -> tuple[str, ...]:
    """Return commands with what the engine leaves open, `${{ PYTHON }}`, as shell variables."""
    open_name = r"%\1%" if is_windows else r"$\1"
    told = tuple(_OPEN.sub(open_name, str(line)) for line in lines)
    for line in told:
        if "${{" in line:
            raise keys.refused("script", f"has {line!r}, which says nothing before the build")
    return told


def _beside(name: str, files: Collection[str], *, is_windows: bool) -> str:
    """Return the file beside the recipe that is meant by its name, with or without its ending."""
    if PurePosixPath(name).suffix:
        return name if name in files else ""
    endings = (".bat", ".ps1") if is_windows else (".sh",)
    return next((name + ending for ending in endings if name + ending in files), "")


def _pairs(given: Mapping[object, object], handed: Collection[str]) -> tuple[str, ...]:
    return tuple(f"{key}={value}" for key, value in given.items() if key not in handed)


def _interpreter_of(file: str) -> str:
    return _INTERPRETERS.get(PurePosixPath(file).suffix.lower(), "")
