"""The order of builds: a graph of what needs what, with cycles named."""

from collections.abc import Hashable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import TypeVar

from conda_sluice.errors import PlanError

Node = TypeVar("Node", bound=Hashable)


def topological_order(needs: Mapping[Node, Sequence[Node]]) -> tuple[Node, ...]:
    """Return the nodes, each after what it needs; raise PlanError that names a cycle's path."""
    try:
        return tuple(TopologicalSorter(needs).static_order())
    except CycleError as error:
        path = " -> ".join(str(node) for node in reversed(error.args[1]))
        raise PlanError(
            f"the projects need each other in a circle: {path}",
            remedy="take one of these dependencies out of its recipe",
        ) from error
