"""Whether the markers of test requirements may hold, judged alike on every machine."""

from collections.abc import Sequence

from packaging.markers import Marker

_ENVIRONMENTS: Sequence[dict[str, str]] = tuple(
    {
        "extra": "",
        "implementation_name": "cpython",
        "implementation_version": f"3.{minor}.0",
        "os_name": "posix",
        "platform_machine": "x86_64",
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_system": "Linux",
        "platform_version": "",
        "python_full_version": f"3.{minor}.0",
        "python_version": f"3.{minor}",
        "sys_platform": "linux",
    }
    for minor in range(10, 16)
)
"""What markers are asked about: the Pythons that recipes are built for."""


def may_hold(marker: Marker | None) -> bool:
    """Tell whether a marker holds on Linux for some Python, whatever machine this is."""
    return marker is None or any(marker.evaluate(one) for one in _ENVIRONMENTS)
