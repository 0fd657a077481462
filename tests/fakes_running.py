"""Environments in memory that behave as the real ones do, without a solver."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from conda_sluice.errors import DamagedError, StoreError, UsageError
from conda_sluice.model.completed import Completed
from conda_sluice.model.environment import (
    ChannelSource,
    LockedPackage,
    RecordSource,
    Solution,
    SolveSource,
    Unsolvable,
)
from conda_sluice.model.names import NOARCH, Subdir
from conda_sluice.model.package import PackageRecord
from reference_judge import ReferenceJudge

Offer = tuple[PackageRecord, str]


@dataclass(frozen=True)
class FakeEnvironment:
    """Answers a script by the first key of `answers` that is in it, else with success."""

    prefix: Path
    answers: Mapping[str, Completed] = field(default_factory=dict)
    scripts: list[str] = field(default_factory=list)

    def run(self, script: str, *, cwd: Path, timeout: float) -> Completed:  # noqa: ARG002 - the port
        self.scripts.append(script)
        found = (answer for key, answer in self.answers.items() if key in script)
        return next(found, Completed(code=0, output=""))


@dataclass(frozen=True)
class FakeEnvironments:
    """Implements the port `Environments`; `channels` maps URLs to what lies there.

    It takes the newest of each name from the first source that has the name, and never goes back
    on a choice. `scripts` collects what was run, in any environment.
    """

    channels: Mapping[str, Sequence[PackageRecord]] = field(default_factory=dict)
    answers: Mapping[str, Completed] = field(default_factory=dict)
    scripts: list[str] = field(default_factory=list)

    def solve(
        self, specs: Sequence[str], sources: Sequence[SolveSource], platform: Subdir
    ) -> Solution | Unsolvable:
        offers = [self._offers(source, platform) for source in sources]
        wanted = [_parse(spec) for spec in specs]
        chosen: dict[str, Offer] = {}
        while (name := _unsettled(wanted, chosen)) is not None:
            demands = [spec for spec in wanted if _name(spec) == name]
            best = _best(name, demands, offers)
            if best is None:
                told = ", ".join(str(spec) for spec in demands)
                reason = f"No candidates were found for {told}."
                return Unsolvable(reason, tuple(source.url for source in sources))
            chosen[name] = best
            wanted += [_parse(spec) for spec in best[0].depends]
        return Solution(
            tuple(LockedPackage(url, record.sha256) for record, url in _in_order(chosen))
        )

    def bring_near(self, _needs, channels, _platform, _folder, **_):
        return tuple(channels)

    def open_judge(self):
        return nullcontext(ReferenceJudge(self.channels))

    def install(self, solution: Solution, prefix: Path) -> None:
        if prefix.exists():
            raise UsageError(f"{prefix} exists already")
        files = {
            f"{url}/{record.path}": record
            for url, records in self.channels.items()
            for record in records
        }
        for package in solution.packages:
            if package.url not in files:
                raise StoreError("the package is not in its channel any more", package.url)
            if files[package.url].sha256 != package.sha256:
                raise DamagedError("its sha256 is another", package.url)
        (prefix / "conda-meta").mkdir(parents=True)
        for package in solution.packages:
            record = files[package.url]
            entry = prefix / "conda-meta" / f"{record.file.removesuffix('.conda')}.json"
            entry.write_text("{}")

    @contextmanager
    def create(self, solution: Solution, prefix: Path) -> Iterator[FakeEnvironment]:
        self.install(solution, prefix)
        try:
            yield FakeEnvironment(prefix, self.answers, self.scripts)
        finally:
            for path in sorted(prefix.rglob("*"), reverse=True):
                path.rmdir() if path.is_dir() else path.unlink()
            prefix.rmdir()

    def _offers(self, source: SolveSource, platform: Subdir) -> Sequence[Offer]:
        match source:
            case RecordSource(_, records):
                offers = records
            case ChannelSource(url):
                if url not in self.channels:
                    raise StoreError("there is no such channel folder", url)
                offers = tuple((one, f"{url}/{one.path}") for one in self.channels[url])
        return [offer for offer in offers if offer[0].subdir in {platform, NOARCH}]


def _parse(spec: str):
    import rattler
    from rattler.exceptions import InvalidMatchSpecError

    try:
        return rattler.MatchSpec(spec)
    except InvalidMatchSpecError as error:
        raise UsageError(f"a match spec cannot be read: {error}") from error


def _name(spec) -> str:
    return spec.name.normalized


def _unsettled(wanted, chosen: Mapping[str, Offer]) -> str | None:
    """Return a name without a choice, or whose choice does not meet all demands."""
    for spec in wanted:
        if _name(spec) not in chosen or not _meets(chosen[_name(spec)], [spec]):
            return _name(spec)
    return None


def _best(name: str, demands, offers: Sequence[Sequence[Offer]]) -> Offer | None:
    here = ([offer for offer in source if offer[0].name == name] for source in offers)
    first = next((source for source in here if source), [])
    return max((one for one in first if _meets(one, demands)), key=_rank, default=None)


def _meets(offer: Offer, demands) -> bool:
    import rattler

    record = offer[0]
    candidate = rattler.PackageRecord(
        record.name,
        record.version,
        rattler.BuildString(record.build),
        record.build_number,
        record.subdir,
    )
    return all(spec.matches(candidate) for spec in demands)


def _rank(offer: Offer):
    import rattler

    return rattler.Version(offer[0].version), offer[0].build_number


def _in_order(chosen: Mapping[str, Offer]) -> Sequence[Offer]:
    """Return the choices, dependencies first."""
    from graphlib import TopologicalSorter

    needs = {
        name: [_name(_parse(spec)) for spec in record.depends]
        for name, (record, _) in chosen.items()
    }
    return [chosen[name] for name in TopologicalSorter(needs).static_order()]
