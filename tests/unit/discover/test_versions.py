"""Versions of projects: own scheme, templates, several tags, many projects in one repository."""

import pytest

from conda_sluice.discover.versions import project_version, tags_of_version, version_tags
from conda_sluice.effects import process
from conda_sluice.effects.git import open_repository
from conda_sluice.errors import VersionError
from conda_sluice.model.project import Language, VersionOrigin
from git_clones import Clone


@pytest.fixture(autouse=True)
def _no_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))


@pytest.fixture
def clone(tmp_path):
    clone = Clone(tmp_path / "trips")
    clone.commit({"a/f": "1", "b/f": "1"})
    return clone


def version_of(clone, path="", scheme="setuptools-scm:guess-next-dev", **options):
    repository = open_repository(clone.root)
    asked = {"static_version": "", "language": Language.PYTHON, "tag_template": ""} | options
    return project_version(
        scheme=scheme, repository=repository, state=repository.state(clone.root / path), **asked
    )


def static(clone, text, path="", **options):
    return version_of(clone, path, scheme="static", static_version=text, **options)


def test_a_tagged_commit_has_the_version_of_its_tag(clone):
    clone.tag("v1.2.0")
    version = version_of(clone)
    assert (version.upstream, version.conda, version.tag) == ("1.2.0", "1.2.0", "v1.2.0")
    assert version.origin is VersionOrigin.GIT


@pytest.mark.parametrize(
    ("scheme", "tag", "upstream", "conda"),
    [
        ("setuptools-scm:guess-next-dev", "v1.2", "1.3.dev2", "1.3.0dev2"),
        ("hatch-vcs", "v1.2.0", "1.2.1.dev2", "1.2.1dev2"),
        ("hatch-vcs", "v1.2.0rc1", "1.2.0rc2.dev2", "1.2.0rc2.dev2"),
        ("hatch-vcs", "v1.2.post1", "1.2.post2.dev2", "1.2.0.post2.dev2"),
        ("hatch-vcs", "v1.3.dev0", "1.3.dev2", "1.3.0dev2"),
        ("hatch-vcs", "v1!2.9", "1!2.10.dev2", "1!2.10.0dev2"),
        ("setuptools-scm:no-guess-dev", "v1.2.0", "1.2.0.post1.dev2", "1.2.0.post1.dev2"),
        ("setuptools-scm:no-guess-dev", "v1.2.dev0", "1.2.dev2", "1.2.0dev2"),
        ("setuptools-scm:post-release", "v1.2.0", "1.2.0.post2", "1.2.0.post2"),
        ("setuptools-scm:only-version", "v1.2.0", "1.2.0", "1.2.0"),
        ("setuptools-scm:python-simplified-semver", "v1.2", "1.2.1.dev2", "1.2.1dev2"),
        ("setuptools-scm:semver-pep440", "v1!1.2.0.dev0", "1!1.2.0.dev2", "1!1.2.0dev2"),
    ],
)
def test_commits_after_a_tag_are_named_by_the_scheme(clone, scheme, tag, upstream, conda):
    clone.tag(tag)
    clone.commit({"f": "1"})
    clone.commit()
    version = version_of(clone, scheme=scheme)
    assert (version.upstream, version.conda, version.tag) == (upstream, conda, "")


@pytest.mark.parametrize(
    ("scheme", "upstream"),
    [
        ("setuptools-scm:guess-next-dev", "0.1.dev2"),
        ("setuptools-scm:no-guess-dev", "0.0.post1.dev2"),
    ],
)
def test_without_a_tag_commits_are_counted_from_the_start(clone, scheme, upstream):
    clone.commit({"f": "1"})
    assert version_of(clone, scheme=scheme).upstream == upstream


def test_the_highest_of_several_versions_on_one_commit_wins(clone):
    clone.tag("v1.10.0rc1", "v1.9.0")
    clone.git("tag", "v1.10.0")
    clone.tag("nightly", "2-be-or-not", "other-v3.0")
    assert version_of(clone).tag == "v1.10.0"


def test_the_nearest_tag_counts_and_not_the_highest(clone):
    clone.tag("v2.0.0")
    clone.commit({"f": "1"})
    clone.tag("v1.5.0")
    clone.commit({"f": "2"})
    assert version_of(clone).upstream == "1.5.1.dev1"


def test_tags_of_other_branches_do_not_count(clone):
    clone.git("checkout", "-q", "-b", "side")
    clone.commit({"f": "side"})
    clone.tag("v9.0.0")
    clone.git("checkout", "-q", "main")
    assert version_of(clone).upstream == "0.1.dev1"


def test_an_annotated_tag_speaks_for_a_version_that_two_tags_name(clone):
    clone.git("tag", "v1.0")
    clone.tag("1.0")
    assert version_of(clone).tag == "1.0"


@pytest.mark.parametrize("tag", ["1.0", "v1.0", "V1.0", "release-1.0", "trips-v1.0", "version/1.0"])
def test_usual_forms_of_tags_are_read(clone, tag):
    clone.tag(tag)
    assert version_of(clone).upstream == "1.0"


def test_a_change_in_one_project_gives_no_other_a_new_version(clone):
    clone.tag("v1.0.0")
    clone.commit({"a/README": "new"})
    clone.commit({"README": "new"})
    assert version_of(clone, "a").upstream == "1.0.1.dev1"
    assert version_of(clone, "b").upstream == "1.0.0"
    assert version_of(clone, "b").tag == "v1.0.0"
    assert version_of(clone).upstream == "1.0.1.dev2"


def test_uncommitted_changes_are_never_a_release(clone):
    clone.tag("v1.0.0")
    clone.write({"a/f": "changed"})
    assert version_of(clone, "a").upstream == "1.0.1.dev0"
    assert version_of(clone, "a").tag == ""
    assert version_of(clone, "b").tag == "v1.0.0"
    assert static(clone, "1.0.0", "a").tag == ""


def test_a_merge_that_takes_back_older_sources_is_no_release(clone):
    clone.git("branch", "old")
    clone.commit({"a/f": "2"})
    clone.tag("v1.0.0")
    clone.git("checkout", "-q", "old")
    clone.commit({"b/f": "2"})
    clone.git("merge", "-q", "-s", "ours", "--no-edit", "main")
    version = version_of(clone, "a")
    assert (version.upstream, version.tag) == ("1.0.1.dev2", "")


def test_each_project_follows_the_tags_of_its_template(clone):
    clone.tag("a-v1.0.0", "b-v2.0.0")
    clone.commit({"a/f": "2"})
    clone.tag("b-v2.1.0")
    one = version_of(clone, "a", tag_template="a-v{version}")
    other = version_of(clone, "b", tag_template="b-v{version}")
    assert (one.upstream, other.upstream, other.tag) == ("1.0.1.dev1", "2.1.0", "b-v2.1.0")


def test_git_says_the_version_that_no_file_says(clone):
    clone.tag("v1.2.0")
    version = static(clone, "", language=Language.C)
    assert (version.conda, version.origin) == ("1.2.0", VersionOrigin.GIT)


def test_a_template_versions_a_static_project_by_git(clone):
    clone.tag("a-v1.2.0-rc.1")
    version = static(clone, "9.9", "a", language=Language.C, tag_template="a-v{version}")
    assert (version.upstream, version.conda) == ("1.2.0-rc.1", "1.2.0rc1")
    assert version.origin is VersionOrigin.GIT


def test_by_relabel_the_version_of_the_files_stays_whatever_tags_say(clone):
    clone.tag("a-v1.2.0-rc.1")
    how = {"language": Language.C, "tag_template": "a-v{version}", "is_relabelled": True}
    candidate = static(clone, "1.2.0", "a", **how)
    assert (candidate.conda, candidate.tag) == ("1.2.0", "")
    assert candidate.origin is VersionOrigin.STATIC
    clone.tag("a-v1.2.0")
    assert static(clone, "1.2.0", "a", **how).tag == "a-v1.2.0"


def test_what_git_versions_cannot_climb_by_relabel(clone):
    clone.tag("v1.2.0rc1")
    for asked in (version_of, lambda *_, **more: static(clone, "", language=Language.C, **more)):
        with pytest.raises(VersionError, match="cannot climb by relabel"):
            asked(clone, is_relabelled=True)


@pytest.mark.parametrize(("tag", "template"), [("a-vfoo", "a-v{version}"), ("v1.x", "v{version}")])
def test_a_tag_of_the_template_without_a_version_is_an_error(clone, tag, template):
    clone.tag(tag)
    with pytest.raises(VersionError, match=f"'{tag}' is called"):
        version_of(clone, "a", tag_template=template)


def test_tags_of_a_longer_name_and_all_tags_of_a_bare_template_are_no_mistakes(clone):
    clone.tag("core-1.0", "core-extra-v2.0", "nightly")
    assert version_of(clone, tag_template="core-{version}").tag == "core-1.0"
    assert version_of(clone, tag_template="{version}").upstream == "0.1.dev1"


@pytest.mark.parametrize(
    ("text", "language", "conda"),
    [
        ("1.2", Language.PYTHON, "1.2"),
        ("1.2-3", Language.R, "1.2_3"),
        ("1.2.3.9000", Language.R, "1.2.3.9000"),
        ("1.2.3", Language.C, "1.2.3"),
        ("1.2.3-beta.2", Language.C, "1.2.3b2"),
    ],
)
def test_a_static_version_is_carried_over_as_its_language_writes_it(clone, text, language, conda):
    version = static(clone, text, language=language)
    assert (version.upstream, version.conda, version.tag) == (text, conda, "")
    assert version.origin is VersionOrigin.STATIC


@pytest.mark.parametrize("tag", ["v1.2.0", "1.2", "a-1.2.0", "a-v1.2.0", "greet-1.2"])
def test_a_tag_on_the_same_sources_vouches_for_a_static_version(clone, tag):
    clone.tag(tag)
    clone.commit({"b/f": "2"})
    assert static(clone, "1.2.0", "a", name="greet").tag == tag


def test_a_tag_on_other_sources_or_of_another_project_or_version_does_not_vouch(clone):
    clone.tag("v1.0", "b-v2.0", "v2.0.1")
    clone.commit({"a/f": "2"})
    assert static(clone, "1.0", "a").tag == ""
    assert static(clone, "2.0", "a").tag == ""


def test_files_and_tag_that_say_different_releases_are_refused(clone):
    clone.tag("v2.14")
    with pytest.raises(VersionError, match=r"say version 4.14.0, and .* tagged v2.14") as caught:
        static(clone, "4.14.0", language=Language.C)
    assert 'tag: "v{version}"' in caught.value.remedy


@pytest.mark.parametrize(
    ("tag", "path"), [("v4.14rc1", ""), ("v2.14", "a"), ("later", ""), ("v4.14.0.0", "")]
)
def test_a_tag_that_does_not_contradict_the_files_is_fine(clone, tag, path):
    clone.tag(tag)
    assert static(clone, "4.14.0", path, language=Language.C).conda == "4.14.0"


def test_an_r_version_is_the_same_with_a_hyphen_or_a_dot(clone):
    clone.tag("v1.2-3")
    assert static(clone, "1.2.3", language=Language.R).tag == "v1.2-3"
    by_git = version_of(clone, language=Language.R, tag_template="v{version}")
    assert (by_git.upstream, by_git.conda) == ("1.2-3", "1.2_3")
    clone.commit({"f": "1"})
    later = version_of(clone, language=Language.R, tag_template="v{version}")
    assert (later.upstream, later.conda) == ("1.2.4.dev1", "1.2.4dev1")


def test_a_release_candidate_of_an_r_package_is_read_from_its_tag(clone):
    clone.tag("v1.2.0rc1")
    assert (
        static(clone, "1.2.0", language=Language.R, tag_template="v{version}").conda == "1.2.0rc1"
    )


@pytest.mark.parametrize(
    ("text", "language", "reason"),
    [
        ("", Language.C, "does not say its version"),
        ("1.1.1w", Language.C, "'1.1.1w' is no version"),
        ("1.2.3-1", Language.C, "no place for the pre-release"),
        ("one", Language.R, "is no R version"),
    ],
)
def test_a_static_version_that_conda_cannot_carry_names_the_project(clone, text, language, reason):
    with pytest.raises(VersionError, match=reason) as caught:
        static(clone, text, "a", language=language)
    assert caught.value.where == str(clone.root / "a")


@pytest.mark.parametrize(
    ("scheme", "tag", "reason"),
    [
        ("hatch-vcs", "v1.2.dev3", "only dev0"),
        ("setuptools-scm:no-guess-dev", "v1.2.dev3", "only dev0"),
        ("setuptools-scm:no-guess-dev", "v1.2.post1", "post-release already"),
        ("setuptools-scm:post-release", "v1.2.post1", "post-release already"),
        ("setuptools-scm:post-release", "v1.2.dev0", "development version"),
        ("setuptools-scm:calver-by-date", "v26.1.5", "does not know how the version scheme"),
    ],
)
def test_a_scheme_that_cannot_count_on_from_a_tag_says_so(clone, scheme, tag, reason):
    clone.tag(tag)
    assert version_of(clone, scheme=scheme).tag == tag
    clone.commit({"f": "1"})
    with pytest.raises(VersionError, match=reason):
        version_of(clone, scheme=scheme)


def test_a_version_that_conda_sorts_wrongly_beside_a_sibling_is_refused(clone):
    clone.tag("v1.2.3.0.1")
    clone.commit({"f": "1"})
    clone.tag("v1.2.3.post1")
    with pytest.raises(VersionError, match=r"wrong side of tag v1\.2\.3\.0\.1"):
        version_of(clone)


def test_a_shallow_clone_without_a_tag_in_sight_is_refused(clone, tmp_path):
    clone.tag("v1.0")
    clone.commit({"f": "1"})
    shallow = tmp_path / "shallow"
    clone.git("clone", "-q", "--depth=1", "--no-tags", f"file://{clone.root}", str(shallow))
    with pytest.raises(VersionError, match="git fetch --unshallow --tags"):
        version_of(Clone(shallow))


def test_tags_of_a_version_are_found_however_they_spell_it(clone):
    clone.tag("v1.2.0-rc1", "1.2rc1", "v1.2")
    repository = open_repository(clone.root)
    tags = version_tags(
        language=Language.PYTHON,
        tag_template="",
        repository=repository,
        state=repository.state(clone.root),
    )
    found = tags_of_version("1.2.0rc1", tags, Language.PYTHON)
    assert [tag.name for tag in found] == ["1.2rc1", "v1.2.0-rc1"]


def test_a_hundred_projects_need_few_calls_of_git(clone):
    clone.commit({f"libs/p{number}/f": "1" for number in range(100)})
    for number in range(100):
        clone.git("tag", f"p{number}-v1.0")
    clone.commit({"libs/p7/f": "2"})
    calls = []

    def run(argv, **options):
        calls.append(argv)
        return process.run(argv, **options)

    repository = open_repository(clone.root, run=run)
    versions = [
        project_version(
            scheme="static",
            static_version="",
            language=Language.C,
            tag_template=f"p{number}-v{{version}}",
            repository=repository,
            state=repository.state(clone.root / f"libs/p{number}"),
        )
        for number in range(100)
    ]
    assert [version.upstream for version in versions].count("1.0") == 99
    assert versions[7].upstream == "1.1.dev1"
    assert len(calls) <= 12
