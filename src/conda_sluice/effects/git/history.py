"""History below HEAD: which commits came after a tag, and which folders each of them touched."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice


class History:
    """The commits reachable from HEAD, children before their parents."""

    def __init__(self, parents: Mapping[str, Sequence[str]]) -> None:
        """Take commit id -> ids of its parents, in topological order from HEAD on."""
        self._parents = parents
        self._since: dict[str, frozenset[str]] = {}

    def all(self) -> frozenset[str]:
        """Return every commit."""
        return frozenset(self._parents)

    def since(self, commit: str) -> frozenset[str]:
        """Return the commits that are reachable from HEAD and not from `commit`."""
        if commit not in self._since:
            walk = _walk(self._parents, frozenset({commit}))
            self._since[commit] = frozenset(one for one in walk if one != commit)
        return self._since[commit]

    def nearest(self, commits: Collection[str]) -> tuple[str, ...]:
        """Return those of `commits` after which the fewest commits came, as git describe counts."""
        wanted = frozenset(commits)
        # whatever lies below another one of them is farther away
        front = [commit for commit in _walk(self._parents, wanted) if commit in wanted]
        fewest = min((len(self.since(commit)) for commit in front), default=0)
        return tuple(commit for commit in front if len(self.since(commit)) == fewest)


def _walk(parents: Mapping[str, Sequence[str]], stops: frozenset[str]) -> Iterator[str]:
    """Yield the commits that are not below a stop, the outermost stops among them.

    In topological order a commit's fate is known when it is reached, so the walk ends as soon as
    everything ahead lies below a stop.
    """
    below: set[str] = set()
    ahead = set(islice(parents, 1))
    for commit, its_parents in parents.items():
        if not ahead:
            return
        ahead.discard(commit)
        if commit in below or commit in stops:
            below.update(its_parents)
            ahead.difference_update(its_parents)
        else:
            ahead.update(parent for parent in its_parents if parent not in below)
        if commit not in below:
            yield commit


def parse_parents(text: str) -> dict[str, tuple[str, ...]]:
    """Read what `git rev-list --topo-order --parents` writes."""
    lines = (line.split(" ") for line in text.splitlines())
    return {commit: tuple(parents) for commit, *parents in lines}


def parse_touched(text: str) -> dict[str, set[str]]:
    """Read what `git diff-tree --stdin --raw -z` writes: commit id -> folders with a change.

    Folders are relative to the top and all that enclose a changed entry count, the entry itself
    too, for it may be a submodule; "" is not among them.
    """
    touched: dict[str, set[str]] = {}
    folders: set[str] = set()
    tokens = iter(text.split("\0"))
    for token in tokens:
        if token.startswith(":"):
            path = next(tokens)
            while path and path not in folders:
                folders.add(path)
                path = path.rpartition("/")[0]
        elif token:
            folders = touched.setdefault(token.strip(), set())
    return touched
