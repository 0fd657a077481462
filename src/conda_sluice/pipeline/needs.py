"""What the workspace's packages need from elsewhere: to be built, run and tested."""

from collections.abc import Sequence

from conda_sluice.model.recipe import Pin
from conda_sluice.pipeline.workspace import Member
from conda_sluice.plan.builds import Candidate
from conda_sluice.plan.requirement import required_name
from conda_sluice.recipe.requirement_text import starred

VIRTUAL = "__"
"""Names that begin so are facts of the machine, not packages."""


def outside_needs(members: Sequence[Member], candidates: Sequence[Candidate]) -> tuple[str, ...]:
    """Return the match specs that no project of the workspace satisfies by its name, sorted.

    Abstract ones such as `compiler:c` stay as they are.
    """
    own = {candidate.rendered.name for candidate in candidates}
    specs: set[str] = set()
    for candidate in candidates:
        lists, test = candidate.rendered.requirements, candidate.rendered.test
        tested_with = [starred(spec) for spec in test.requires]  # what is built is starred already
        shared = candidate.rendered.shared
        before = (*shared.requirements.build, *shared.requirements.host) if shared else ()
        wanted = [*before, *lists.build, *lists.host, *lists.run, *tested_with]
        specs.update(one for one in wanted if not isinstance(one, Pin))
    for member in members:
        specs.update(member.project.tests.requires)
    return tuple(
        sorted(
            spec
            for spec in specs
            if required_name(spec) not in own and not spec.startswith(VIRTUAL)
        )
    )
