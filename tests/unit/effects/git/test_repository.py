"""The state of a project's sources, tags and distances, on real repositories."""

import pytest

from conda_sluice.effects import process
from conda_sluice.effects.git import open_repository
from conda_sluice.errors import ProjectError, ToolError
from git_clones import Clone


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A home whose git settings would change every answer if they could."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / ".gitconfig").write_text(
        "[color]\nui = always\n[status]\nshowUntrackedFiles = all\nrelativePaths = true\n"
        "[diff]\nignoreSubmodules = all\nnoprefix = true\n[log]\nshowSignature = true\n"
        f"[core]\nfsmonitor = touch {folder}/ran\n"
    )
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    return folder


@pytest.fixture
def clone(tmp_path):
    return Clone(tmp_path / "clone")


def test_a_folder_outside_of_git_has_no_repository(tmp_path):
    assert open_repository(tmp_path) is None


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(ProjectError, match="No such file"):
        open_repository(tmp_path / "nothing")


def test_missing_git_is_an_error_of_the_machine(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolError, match="git is not on PATH"):
        open_repository(tmp_path)


def test_a_repository_is_found_from_any_folder_in_it(clone, home):
    head = clone.commit({"libs/a/f": "1"})
    repository = open_repository(clone.root / "libs" / "a")
    assert (repository.top, repository.head) == (clone.root, head)
    assert not repository.is_shallow
    assert not (home / "ran").exists()


def test_a_repository_without_commits_is_refused(clone):
    with pytest.raises(ProjectError, match="no commit yet"):
        open_repository(clone.root).state(clone.root)


def test_the_state_names_commit_path_and_tree(clone):
    head = clone.commit({"libs/a/f": "1", "libs/b/f": "2"})
    repository = open_repository(clone.root)
    state = repository.state(clone.root / "libs" / "a")
    assert (state.repository, state.commit, state.path) == (clone.root, head, "libs/a")
    assert state.tree == clone.git("rev-parse", "HEAD:libs/a")
    assert not state.is_dirty
    assert repository.state(clone.root).tree == clone.git("rev-parse", "HEAD^{tree}")
    assert repository.state(clone.root).path == ""


def test_a_folder_of_which_nothing_is_committed_is_refused(clone):
    clone.commit({"a/f": "1"})
    clone.write({"b/f": "2"})
    with pytest.raises(ProjectError, match="nothing in this folder is committed"):
        open_repository(clone.root).state(clone.root / "b")


def test_a_folder_outside_of_the_repository_is_refused(clone, tmp_path):
    clone.commit({"a/f": "1"})
    with pytest.raises(ProjectError, match="outside of the git repository"):
        open_repository(clone.root).state(tmp_path)


def test_only_the_project_with_changes_is_dirty(clone):
    clone.commit({"a/f": "1", "ab/f": "2", "c/f": "3", "d/f": "4", "e/f": "5"})
    clone.write({"a/f": "changed", "d/new": "untracked", "c/staged": "new"})
    clone.git("add", "c/staged")
    clone.git("mv", "e/f", "e/g h")
    repository = open_repository(clone.root)
    dirty = {
        name for name in ("a", "ab", "c", "d", "e") if repository.state(clone.root / name).is_dirty
    }
    assert dirty == {"a", "c", "e"}


def test_what_sluice_writes_at_the_top_is_no_dirt(clone):
    clone.commit({"recipes/a/meta.yaml": "1", "channels.yaml": "1", "channels/x": "1", "f": "1"})
    clone.write({"recipes/a/meta.yaml": "2", "channels.yaml": "2", "channels/x": "2"})
    assert not open_repository(clone.root).state(clone.root).is_dirty
    clone.write({"f": "2"})
    assert open_repository(clone.root).state(clone.root).is_dirty


def test_a_recipes_folder_inside_of_a_project_is_source(clone):
    clone.commit({"a/recipes/f": "1"})
    clone.write({"a/recipes/f": "2"})
    assert open_repository(clone.root).state(clone.root / "a").is_dirty


def test_a_merge_conflict_is_dirt(clone):
    clone.commit({"a/f": "1"})
    clone.git("checkout", "-q", "-b", "side")
    clone.commit({"a/f": "2"})
    clone.git("checkout", "-q", "main")
    clone.commit({"a/f": "3"})
    with pytest.raises(AssertionError):
        clone.git("merge", "-q", "side")
    assert open_repository(clone.root).state(clone.root / "a").is_dirty


def test_submodules_are_in_the_tree_and_their_changes_are_dirt(clone, tmp_path):
    library = Clone(tmp_path / "library")
    library.commit({"lib.c": "1"})
    clone.commit({"a/f": "1"})
    before = open_repository(clone.root).state(clone.root / "a").tree
    clone.git("submodule", "add", "-q", str(library.root), "a/sub")
    clone.commit()
    repository = open_repository(clone.root)
    assert repository.state(clone.root / "a").tree != before
    assert not repository.state(clone.root / "a").is_dirty
    (clone.root / "a/sub/untracked").write_text("x")
    assert not open_repository(clone.root).state(clone.root / "a").is_dirty
    (clone.root / "a/sub/lib.c").write_text("2")
    assert open_repository(clone.root).state(clone.root / "a").is_dirty


def test_moving_a_submodule_touches_the_project_around_it(clone, tmp_path):
    library = Clone(tmp_path / "library")
    library.commit({"lib.c": "1"})
    clone.git("submodule", "add", "-q", str(library.root), "a/sub")
    first = clone.commit({"b/f": "1"})
    Clone(clone.root / "a/sub").commit({"lib.c": "2"})
    clone.git("add", "a/sub")
    clone.commit()
    repository = open_repository(clone.root)
    assert (repository.distance(first, "a"), repository.distance(first, "b")) == (1, 0)


def test_tags_on_head_and_before_it_are_listed(clone):
    first = clone.commit({"f": "1"})
    clone.tag("v1.0")
    clone.git("tag", "light")
    clone.git("tag", "tree", "HEAD^{tree}")
    clone.git("tag", "-a", "-m", "nested", "nested", "v1.0")
    clone.git("checkout", "-q", "-b", "side")
    clone.commit({"f": "2"})
    clone.tag("elsewhere")
    clone.git("checkout", "-q", "main")
    clone.commit({"g": "2"})
    tags = open_repository(clone.root).tags()
    assert [(tag.name, tag.commit, tag.is_annotated) for tag in tags] == [
        ("light", first, False),
        ("v1.0", first, True),
    ]
    assert tags[0].object_id == first
    assert tags[1].object_id == clone.git("rev-parse", "refs/tags/v1.0")


def test_distance_counts_the_commits_that_touch_a_folder(clone):
    first = clone.commit({"a/f": "1", "ab/f": "1"})
    clone.commit({"ab/f": "2"})
    clone.commit({"a/deep/er/g": "1"})
    clone.commit()
    repository = open_repository(clone.root)
    assert [repository.distance(first, path) for path in ("a", "ab", "a/deep", "")] == [1, 1, 1, 3]
    assert [repository.distance(None, path) for path in ("a", "ab", "")] == [2, 2, 4]
    assert repository.distance(repository.head, "a") == 0


def test_a_clean_merge_adds_what_it_brings_and_a_handmade_one_counts_itself(clone):
    first = clone.commit({"a/f": "1\n2\n3\n", "a/g": "1"})
    clone.git("checkout", "-q", "-b", "side")
    clone.commit({"a/g": "2"})
    clone.git("checkout", "-q", "main")
    clone.commit({"b/f": "1"})
    clone.git("merge", "-q", "--no-edit", "side")
    assert open_repository(clone.root).distance(first, "a") == 1
    assert open_repository(clone.root).distance(first, "") == 3
    clone.git("checkout", "-q", "-b", "other", first)
    clone.commit({"b/g": "1"})
    clone.git("merge", "-q", "--no-commit", "main")
    clone.commit({"a/f": "made by hand"})
    assert open_repository(clone.root).distance(first, "a") == 2


def test_the_nearest_commit_has_the_fewest_commits_after_it(clone):
    root = clone.commit({"f": "1"})
    old = clone.commit({"f": "2"})
    clone.git("checkout", "-q", "-b", "side", root)
    side = clone.commit({"g": "1"})
    clone.git("checkout", "-q", "main")
    new = clone.commit({"f": "3"})
    clone.git("merge", "-q", "--no-edit", "side")
    repository = open_repository(clone.root)
    assert repository.nearest([root, old]) == (old,)
    assert repository.nearest([root, old, new]) == (new,)
    assert repository.nearest([side, new]) == (new,)
    assert set(repository.nearest([side, old])) == {side, old}, "three commits after each"
    assert repository.nearest([root, repository.head]) == (repository.head,)
    assert repository.nearest([]) == ()


def test_distance_agrees_with_git_on_a_tangled_history(clone):
    commits = [clone.commit({"f": "0"})]
    for number in range(1, 6):
        clone.git("checkout", "-q", "-b", f"side{number}", commits[number // 2])
        commits.append(clone.commit({f"side{number}": str(number)}))
        clone.git("checkout", "-q", "main")
        commits.append(clone.commit({"f": str(number)}))
        clone.git("merge", "-q", "--no-edit", f"side{number}")
    repository = open_repository(clone.root)
    for commit in commits:
        expected = int(clone.git("rev-list", "--count", f"{commit}..HEAD"))
        assert repository.distance(commit, "") == expected


def test_trees_are_found_at_any_commit(clone):
    first = clone.commit({"a/f": "1"})
    clone.commit({"a/f": "2"})
    repository = open_repository(clone.root)
    assert repository.tree_at(first, "a") == clone.git("rev-parse", f"{first}:a")
    assert repository.tree_at(first, "") == clone.git("rev-parse", f"{first}^{{tree}}")
    assert repository.tree_at(first, "a/f") is None
    assert repository.tree_at(first, "--output=x") is None
    assert repository.tree_at("0" * 40, "a") is None


@pytest.mark.parametrize("commit", ["--all", "HEAD", "", "main"])
def test_what_is_no_object_id_never_reaches_git(clone, commit):
    clone.commit({"f": "1"})
    with pytest.raises(ProjectError, match="no git object id"):
        open_repository(clone.root).tree_at(commit, "")


def test_names_that_look_like_options_or_patterns_are_names(clone):
    clone.commit({"--all/f": "1", "*/f": "2", "ä b/f": "3"})
    clone.git("update-ref", "refs/tags/-d", "HEAD")
    repository = open_repository(clone.root)
    clone.write({"*/f": "changed"})
    states = [repository.state(clone.root / name) for name in ("--all", "*", "ä b")]
    assert [state.is_dirty for state in states] == [False, True, False]
    assert [tag.name for tag in repository.tags()] == ["-d"]
    assert repository.distance(None, "--all") == 1


def test_a_hundred_projects_cost_as_many_calls_of_git_as_one(clone):
    names = [f"libs/p{number}" for number in range(100)]
    clone.commit({f"{name}/f": "1" for name in names})
    clone.tag("v1.0")
    first = clone.commit({"libs/p7/f": "2"})
    clone.commit({"libs/p8/f": "2"})
    calls = []

    def run(argv, **options):
        calls.append(argv)
        return process.run(argv, **options)

    repository = open_repository(clone.root / "libs", run=run)
    for name in names:
        state = repository.state(clone.root / name)
        repository.distance(repository.tags()[0].commit, state.path)
        repository.distance(None, state.path)
        repository.tree_at(first, state.path)
    assert len(calls) <= 12


def test_a_shallow_clone_says_so(clone, tmp_path):
    clone.commit({"f": "1"})
    clone.commit({"f": "2"})
    clone.git("clone", "-q", "--depth=1", f"file://{clone.root}", str(tmp_path / "shallow"))
    assert open_repository(tmp_path / "shallow").is_shallow


def test_a_linked_worktree_is_a_repository_of_its_own(clone, tmp_path):
    clone.commit({"f": "1"})
    clone.git("worktree", "add", "-q", str(tmp_path / "linked"))
    assert open_repository(tmp_path / "linked").top == tmp_path / "linked"


def test_an_answer_is_not_changed_by_replaced_objects(clone):
    first = clone.commit({"a/f": "1"})
    second = clone.commit({"a/f": "2"})
    clone.git("replace", second, first)
    assert open_repository(clone.root).tree_at(second, "a") != clone.git("rev-parse", f"{first}:a")


def test_sha256_repositories_are_read_too(tmp_path):
    Clone(tmp_path).git("init", "-q", "--object-format=sha256", str(tmp_path / "new"))
    clone = Clone(tmp_path / "new")
    clone.commit({"a/f": "1"})
    assert len(open_repository(clone.root).state(clone.root / "a").tree) == 64
