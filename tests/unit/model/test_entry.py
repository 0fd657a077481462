import pytest

from conda_sluice.errors import PackageError
from conda_sluice.model.entry import parse_entry
from conda_sluice.model.names import Subdir
from factories import a_record, an_index

NOARCH = Subdir("noarch")


def parse(entry, file="trips-1.2.3-h0123456_0.conda"):
    return parse_entry(entry, file=file, subdir=NOARCH)


def test_entry_gives_the_record():
    expected = a_record(depends=("python >=3.11",))
    entry = an_index(depends=("python >=3.11",)) | {
        "sha256": expected.sha256.upper(),
        "md5": expected.md5,
        "size": expected.size,
    }
    assert parse(entry) == expected


def test_keys_that_are_null_count_as_missing():
    entry = {"name": "trips", "version": "1", "build": "0", "depends": None, "license": None}
    record = parse(entry)
    assert (record.depends, record.license, record.build_number, record.sha256) == ((), "", 0, "")


@pytest.mark.parametrize("key", ["name", "version", "build"])
def test_missing_keys_that_every_package_has_are_named(key):
    entry = an_index()
    del entry[key]
    with pytest.raises(PackageError, match=f"'{key}' is not there"):
        parse(entry)


@pytest.mark.parametrize(
    "file",
    [
        "a/b-1-0.conda",
        "../b-1-0.conda",
        ".b-1-0.conda",
        "-b-1-0.conda",
        "b-1-0.zip",
        "b\n-1-0.conda",
    ],
)
def test_file_name_that_could_lie_elsewhere_is_refused(file):
    with pytest.raises(PackageError, match="no package file name"):
        parse(an_index(), file)


@pytest.mark.parametrize(("flag", "noarch"), [(True, "generic"), (False, ""), ("python", "python")])
def test_noarch_may_be_the_flag_of_old(flag, noarch):
    assert parse(an_index() | {"noarch": flag}).noarch == noarch
