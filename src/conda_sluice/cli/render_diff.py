"""How two packages that were compared look in the terminal."""

from conda_sluice.cli import console
from conda_sluice.model.comparison import Comparison, Likeness

_SAID = {
    Likeness.VERSION: ("version", "only names of version and build differ", "dim"),
    Likeness.BUILD_RECORD: ("record", "tells how it was built", "dim"),
    Likeness.COMPILED: ("compiled", "is made of a source that is the same", "dim"),
    Likeness.DIFFERENT: ("differs", "", "red"),
    Likeness.MISSING: ("missing", "", "red"),
    Likeness.ADDED: ("new", "", "red"),
}


def show_comparison(found: Comparison) -> None:
    """Print the files that differ, those that need a person's eye last, and what that means."""
    console.say(f"{found.first.file}  ->  {found.second.file}", "bold")
    width = max((len(one.path) for one in found.differences), default=0)
    for one in sorted(found.differences, key=lambda one: not one.likeness.is_explained):
        word, text, style = _SAID[one.likeness]
        console.line(word, one.path, one.text or text, style, width=max(width, console.WHAT))
    for line in found.environment or ():
        console.line("built", "with", line, "yellow")
    if found.environment is None:
        console.detail("what one of them was built with is not on record")
    console.say(_in_short(found))


def _in_short(found: Comparison) -> str:
    explained = len(found.differences) - len(found.unexplained)
    counted = f"{found.same} files are the same, {explained} but for names of version and build"
    if not found.unexplained:
        return f"{counted}: nothing else differs"
    return f"{counted}, {len(found.unexplained)} {_are(len(found.unexplained))} different"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
