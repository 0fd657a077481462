"""A recipe.yaml written out again for the engine, with questions of ours in `extra`.

What was plain stays plain and what was quoted stays quoted: the engine takes `${{ a == b }}` for a
truth where it is plain, and for a text where it is not.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from conda_sluice.recipe.document import EMPTY, Listing, Node, Scalar, Table


@dataclass(frozen=True, slots=True)
class Written:
    """The text, and for each of its lines the line of the recipe that it comes from, 0 for ours."""

    text: str
    lines: tuple[int, ...]


def written(root: Table, questions: Mapping[str, object]) -> Written:
    """Return the recipe as text, with `questions` as further keys of its `extra` section."""
    lines = list(_table(_with_extra(root, questions), ""))
    return Written("".join(f"{line}\n" for line, _ in lines), tuple(place for _, place in lines))


def _with_extra(root: Table, questions: Mapping[str, object]) -> Table:
    if not questions:
        return root
    asked = tuple((Scalar(key, 0), _node(value)) for key, value in questions.items())
    extra = next((value for key, value in root.pairs if key.text == "extra"), EMPTY)
    own = extra.pairs if isinstance(extra, Table) else ()
    kept = tuple(pair for pair in root.pairs if pair[0].text != "extra")
    return Table((*kept, (Scalar("extra", extra.line), Table((*own, *asked), extra.line))), 1)


def _node(value: object) -> Node:
    if isinstance(value, list):
        return Listing(tuple(_node(item) for item in value), 0)
    return Scalar(str(value), 0, is_quoted=True)


def _table(table: Table, indent: str) -> Iterator[tuple[str, int]]:
    for key, value in table.pairs:
        yield from _entry(f"{indent}{_quoted(key.text)}:", value, f"{indent}  ", key.line)


def _listing(listing: Listing, indent: str) -> Iterator[tuple[str, int]]:
    for item in listing.items:
        yield from _entry(f"{indent}-", item, f"{indent}  ", item.line)


def _entry(head: str, node: Node, indent: str, line: int) -> Iterator[tuple[str, int]]:
    match node:
        case Table(pairs=()):
            yield f"{head} {{}}", line
        case Listing(items=()):
            yield f"{head} []", line
        case Table():
            yield head, line
            yield from _table(node, indent)
        case Listing():
            yield head, line
            yield from _listing(node, indent)
        case Scalar():
            yield f"{head} {_scalar(node)}", node.line


def _scalar(scalar: Scalar) -> str:
    """Return a scalar in its own style; a plain one is valid wherever it stood before."""
    if scalar.is_quoted or "\n" in scalar.text:
        return _quoted(scalar.text)
    return scalar.text or "null"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
