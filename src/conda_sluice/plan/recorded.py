"""What of a recorded environment a new build of the same sources is to take over."""

from collections.abc import Collection, Mapping, Sequence

from conda_sluice.model.names import PackageName
from conda_sluice.model.recipe import Requirements
from conda_sluice.plan.requirement import required_name


def pins_of(
    needs: Requirements, environment: Sequence[str], made: Collection[PackageName]
) -> Mapping[str, str]:
    """Return name and exact spec of what is required in build and host and is on record.

    What the same plan makes is left out, and so is what build and host had two builds of. What
    they need in turn is left to the solver: a package that a recipe names brings its run exports.
    """
    wanted = {required_name(one) for one in (*needs.build, *needs.host)} - set(made)
    found: dict[str, set[str]] = {}
    for line in environment:
        _, name, version, build = line.split(" ", 3)
        if name in wanted:
            found.setdefault(name, set()).add(f"{name} =={version} {build}")
    return {name: specs.pop() for name, specs in found.items() if len(specs) == 1}


def specs_with(
    needs: Requirements, pins: Mapping[str, str], made: Collection[PackageName]
) -> tuple[tuple[str, ...], ...]:
    """Return what to solve build and host for: what the recipe asks for, and the pins as well."""
    return tuple(
        tuple(
            dict.fromkeys(
                spec
                for one in section
                if isinstance(one, str) and (name := required_name(one)) not in made
                for spec in (one, pins.get(name, one))
            )
        )
        for section in (needs.build, needs.host)
    )
