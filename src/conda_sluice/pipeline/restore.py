"""Make again the environment in which a package was tested."""

from pathlib import Path

from conda_sluice.errors import UsageError
from conda_sluice.model.event import Event, EventKind
from conda_sluice.model.explicit import parse_explicit
from conda_sluice.model.names import parse_package_name
from conda_sluice.model.package import parse_file_name
from conda_sluice.pipeline.bench import Bench
from conda_sluice.pipeline.record import environment_of


def restore(bench: Bench, spec: str, prefix: Path, to: str) -> int:
    """Install the environment of the newest test of `spec` at `prefix`; return its size.

    `to` chooses among the channels that it was tested for. Raise UsageError when the ledger has
    no such test, or `prefix` exists.
    """
    name, separator, version = spec.partition("==")
    if not separator:
        raise UsageError(f"{spec!r} names no version", remedy="write PACKAGE==VERSION")
    events = [
        event
        for event in bench.ledger.events(parse_package_name(name.strip()))
        if _is_wanted(event, version.strip(), to)
    ]
    if not events:
        raise UsageError(
            f"the ledger knows no test of {spec}" + (f" for {to}" if to else ""),
            remedy="sluice explain " + name.strip(),
        )
    if prefix.exists():
        raise UsageError(f"{prefix} exists already", remedy="choose another --prefix")
    solution = parse_explicit("\n".join(("@EXPLICIT", *environment_of(events[-1]))))
    bench.environments.install(solution, prefix.absolute())
    return len(solution.packages)


def _is_wanted(event: Event, version: str, to: str) -> bool:
    return (
        event.kind is EventKind.TESTED
        and parse_file_name(event.file).version == version
        and (not to or event.channel == to)
        and bool(environment_of(event))
    )
