import projects
from conda_sluice.discover.detect import discover

COMPUTED = "setup(name='trips', install_requires=open('x').read().split())"
ANSWER = "Metadata-Version: 2.4\nName: trips\nRequires-Dist: walks>2\n"


def test_the_backend_is_asked_where_no_file_tells_the_dependencies(tmp_path):
    root = projects.write_files(tmp_path, {"setup.py": COMPUTED})
    project = discover(root, ask_backend=lambda asked: ANSWER if asked == root else "")
    assert project.facts.dependencies == ("walks>2",)
    assert project.facts.doubts == ()
    assert "metadata, because the build backend says so" in [str(one) for one in project.evidence]


def test_nobody_is_asked_by_default(tmp_path):
    project = discover(projects.write_files(tmp_path, {"setup.py": COMPUTED}))
    assert project.facts.doubts == ("no file says which packages it depends on",)


def test_nobody_is_asked_where_files_suffice(tmp_path):
    def refuse(_root):
        raise AssertionError

    discover(projects.a_python_project(tmp_path), ask_backend=refuse)
