"""What a requirement line names."""

import re

from conda_sluice.model.names import PackageName
from conda_sluice.model.recipe import Pin, Requirement

_NAME_ENDS = re.compile(r"[\s=<>!~\[,]")


def required_name(requirement: Requirement) -> PackageName:
    """Return the package name of a match spec or a pin (`channel::name` included)."""
    if isinstance(requirement, Pin):
        return requirement.name
    spec = requirement.rpartition("::")[2].strip()
    return PackageName(_NAME_ENDS.split(spec, maxsplit=1)[0].lower())
