"""The same steps by anaconda-client and by sluice, each at a double of its own: the same end.

What differs is said where it differs, and in docs/how-to/anaconda.md.
"""

from dataclasses import dataclass

import pytest
from binstar_client import Binstar
from binstar_client.errors import BinstarError, Conflict, NotFound
from binstar_client.inspect_package.conda import inspect_conda_package
from binstar_client.utils.config import PackageType

from conda_sluice.effects.http.answers import CONFLICT, TRANSIENT
from conda_sluice.errors import AnswerError, SluiceError, StoreError
from factories import an_artifact
from servers.anaconda_stores import OWNER, TOKEN, a_label, a_store, an_org, an_owner

pytestmark = pytest.mark.integration


class Theirs:
    """Does with anaconda-client what `anaconda upload`, `copy`, `move` and `remove` do."""

    def __init__(self, org):
        self.org = org
        self.api = Binstar(token=TOKEN, domain=org.api_url)

    def put(self, artifact, label):
        said, release, file = inspect_conda_package(artifact.path)
        name, version = said["name"], release["version"]
        try:
            self.api.distribution(OWNER, name, version, file["basename"])
            raise Conflict("there", 409)
        except NotFound:
            pass
        try:
            self.api.package(OWNER, name)
        except NotFound:
            license_of = {key: said[key] for key in ("license_url", "license_family")}
            self.api.add_package(
                OWNER,
                name,
                said["summary"],
                said["license"],
                attrs=said,
                package_type=PackageType.CONDA,
                **license_of,
            )
        try:
            self.api.release(OWNER, name, version)
        except NotFound:
            self.api.add_release(OWNER, name, version, [], None, release)
        with artifact.path.open("rb") as stream:
            self.api.upload(
                OWNER,
                name,
                version,
                file["basename"],
                stream,
                PackageType.CONDA,
                dependencies=file["dependencies"],
                attrs=file["attrs"],
                channels=[label],
            )

    def copy(self, record, source, target):
        where = (OWNER, record.name, record.version, record.path)
        self.api.copy(*where, to_owner=OWNER, from_label=source, to_label=target, update=True)

    def give(self, record, source, owner):
        where = (OWNER, record.name, record.version, record.path)
        self.api.copy(*where, to_owner=owner, from_label=source, to_label="main")

    def move(self, record, source, target):
        file = {"package": record.name, "version": record.version, "filename": record.path}
        self.api.add_channel(target, OWNER, **file)
        self.api.remove_channel(source, OWNER, **file)

    def remove(self, record, label):
        file = {"package": record.name, "version": record.version, "filename": record.path}
        self.api.remove_channel(label, OWNER, **file)
        if not self.api.distribution(OWNER, record.name, record.version, record.path)["labels"]:
            self.api.remove_dist(OWNER, record.name, record.version, record.path)


class Ours:
    """Does the same with the store."""

    def __init__(self, org):
        self.org = org
        self.store = a_store(org, seconds=0.2)

    def put(self, artifact, label):
        self.store.put([artifact], a_label(self.org, label))

    def copy(self, record, source, target):
        self.store.copy([record], a_label(self.org, source), a_label(self.org, target))

    def give(self, record, source, owner):
        self.store.copy([record], a_label(self.org, source), an_owner(self.org, owner))

    def move(self, record, source, target):
        change = self.store.show if source.endswith("-hidden") else self.store.hide
        change([record], a_label(self.org, min(source, target, key=len)))

    def remove(self, record, label):
        self.store.remove([record], a_label(self.org, label))


@dataclass(frozen=True)
class Step:
    """One step; `call` is the request that makes the change."""

    verb: str
    arguments: tuple
    call: tuple[str, str]


STEPS = {
    "package": Step("put", ("trips", "unstable"), ("POST", "/package/")),
    "release": Step("put", ("trips2", "unstable"), ("POST", "/release/")),
    "stage": Step("put", ("trips3", "unstable"), ("POST", "/stage/")),
    "commit": Step("put", ("walks", "unstable"), ("POST", "/commit/")),
    "copy": Step("copy", ("trips", "unstable", "testing"), ("POST|PATCH", "/(copy|channels)/")),
    "give": Step("give", ("trips", "unstable", "stable"), ("POST", "/copy/")),
    "hide": Step("move", ("trips", "testing", "testing-hidden"), ("POST", "/channels/")),
    "show": Step("move", ("trips", "testing-hidden", "testing"), ("DELETE", "/channels/")),
    "unlabel": Step("remove", ("trips", "testing"), ("DELETE", "/channels/")),
    "delete": Step("remove", ("trips", "unstable"), ("DELETE", "/dist/")),
}


@pytest.fixture
def artifacts(tmp_path):
    about = {"summary": "Plan trips.", "license": "MIT", "home": "https://trips.example"}
    return {
        "trips": an_artifact(tmp_path / "1", depends=("python >=3.11", "zlib"), about=about),
        "trips2": an_artifact(tmp_path / "2", version="1.3", about=about),
        "trips3": an_artifact(tmp_path / "3", version="1.3", build="h1_1", extension=".tar.bz2"),
        "walks": an_artifact(tmp_path / "4", "walks", subdir="linux-64", arch="x86_64"),
    }


@pytest.fixture
def two():
    with an_org() as one, an_org() as other:
        yield Theirs(one), Ours(other)


def do(side, step, artifacts):
    """Do a step and return the status with which it failed, None for a success."""
    name, *places = step.arguments
    package = artifacts[name] if step.verb == "put" else artifacts[name].record
    try:
        getattr(side, step.verb)(package, *places)
    except Conflict:
        return 409
    except BinstarError as error:
        return error.args[1]
    except AnswerError as error:
        return error.status
    return None


def state(side):
    """Return all that the double holds, but for ids and times."""
    client = Binstar(token=TOKEN, domain=side.org.api_url)
    found = {}
    for owner in (OWNER, "stable"):
        files = side.org.files(owner)
        for path, file in files.items():
            sent = {key: value for key, value in file.sent.items() if key != "description"}
            found[owner, path] = (file.package, file.version, file.sha256, file.data, sent)
        found[owner] = (
            side.org.labels(owner),
            {
                package["name"]: told(client.package(owner, package["name"]))
                for package in client.user_packages(owner)
            },
        )
    return found


def told(package):
    return (
        package["public"],
        package["summary"],
        sorted(package["package_types"]),
        sorted(one["version"] for one in package["releases"]),
        package.get("license"),
        package.get("public_attrs"),
    )


def test_every_step_comes_to_the_same(two, artifacts):
    theirs, ours = two
    for name, step in STEPS.items():
        assert [do(side, step, artifacts) for side in two] == [None, None], name
        assert state(theirs) == state(ours), name
    assert len(ours.org.files(OWNER)) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 429, 500, 502, 503])
def test_every_refusal_comes_to_the_same(two, artifacts, status):
    theirs, ours = two
    for name, step in STEPS.items():
        fail_next(theirs, step, status, times=1)
        fail_next(ours, step, status, times=3 if status in {*TRANSIENT, CONFLICT} else 1)
        refused = do(theirs, step, artifacts)
        assert refused == status, name
        if (status, name) in {(404, "show"), (404, "unlabel")}:
            # To take off what is off already is no error of ours; what is listed decides.
            with pytest.raises(StoreError, match="still lists"):
                do(ours, step, artifacts)
        else:
            assert do(ours, step, artifacts) == status, name
        assert state(theirs) == state(ours), name
        assert [do(side, step, artifacts) for side in two] == [None, None], name


def fail_next(side, step, status, times):
    method, path = step.call
    if "|" in method:
        method = method.split("|")[1 if isinstance(side, Theirs) else 0]
    side.org.fail_next(method, path, status, times=times)


def test_another_file_of_the_name_is_refused_by_both(two, artifacts, tmp_path):
    other = an_artifact(tmp_path / "other", text="other")
    for side in two:
        side.put(artifacts["trips"], "unstable")
        with pytest.raises((Conflict, SluiceError)):
            side.put(other, "unstable")
    assert state(two[0]) == state(two[1])
