"""Where a package came from, as it says itself: `about.extra` written, and read back."""

from collections.abc import Mapping

from conda_sluice.model.evidence import PackageOrigin
from conda_sluice.model.job import BuildJob
from conda_sluice.model.project import ProjectVersion, VersionOrigin

_PREFIX = "sluice-"


def origin_extra(job: BuildJob, version: ProjectVersion) -> Mapping[str, str]:
    """Return what goes into a package's `about.extra`: enough to find its sources again."""
    source = job.source
    return {
        "sha": source.commit if source else "",
        f"{_PREFIX}key": job.key,
        f"{_PREFIX}tree": source.content if source else "",
        f"{_PREFIX}path": source.path if source else "",
        f"{_PREFIX}project": job.project,
        f"{_PREFIX}version": version.upstream,
        f"{_PREFIX}version-from": version.origin.value,
        f"{_PREFIX}dirty": "yes" if job.is_dirty else "no",
    }


def parse_origin(about: Mapping[str, object], name: str) -> PackageOrigin | None:
    """Read `about.extra` of the package of this name; None where sluice did not make it.

    conda-build has one `extra` for all outputs of a recipe: what is not the same for all of them
    stands there once for each, as `sluice-key/<name>`.
    """
    extra = about.get("extra")
    if not isinstance(extra, Mapping):
        return None
    own = {key.removesuffix(f"/{name}"): extra[key] for key in extra if key.endswith(f"/{name}")}
    # builders write an empty text, such as the path of a project at the top, as null
    said = {key: "" if value is None else str(value) for key, value in {**extra, **own}.items()}
    if f"{_PREFIX}key" not in said:
        return None
    return PackageOrigin(
        key=said[f"{_PREFIX}key"],
        tree=said.get(f"{_PREFIX}tree", ""),
        sha=said.get("sha", ""),
        path=said.get(f"{_PREFIX}path", ""),
        project=said.get(f"{_PREFIX}project", ""),
        version=said.get(f"{_PREFIX}version", ""),
        is_static=said.get(f"{_PREFIX}version-from") != VersionOrigin.GIT.value,
        is_dirty=said.get(f"{_PREFIX}dirty") != "no",
    )
