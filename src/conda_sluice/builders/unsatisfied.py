"""Why the environments of a build cannot be solved, in the solver's own words."""

from collections.abc import Sequence

from conda_sluice.model.environment import ChannelSource, Unsolvable
from conda_sluice.model.names import Subdir
from conda_sluice.ports import Environments


def explain_unsatisfied(
    build: Sequence[str],
    host: Sequence[str],
    channels: Sequence[str],
    platform: Subdir,
    environments: Environments,
) -> str:
    """Return which environment cannot be solved from the channels (URLs), "" where both can."""
    sources = [ChannelSource(url) for url in channels]
    for kind, specs in (("build", build), ("host", host)):
        answer = environments.solve(specs, sources, platform)
        if isinstance(answer, Unsolvable):
            where = ", ".join(answer.channels) or "no channel at all"
            return f"its {kind} environment cannot be solved: {answer.reason}\nlooked in {where}"
    return ""
