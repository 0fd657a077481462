from dataclasses import replace

import pytest

from conda_sluice.errors import RecipeError
from conda_sluice.model.names import PackageName, Subdir
from conda_sluice.model.recipe import (
    BuildSection,
    FilesFrom,
    RenderedRecipe,
    Requirements,
    SharedBuild,
    Source,
)
from conda_sluice.recipe.v1.outputs import STAGING
from conda_sluice.recipe.v1.render import render_v1
from conda_sluice.recipe.v1.scripts import NOTHING
from factories import a_package_order

SHARED = SharedBuild(
    build=BuildSection(script=("make",)),
    requirements=Requirements(build=("gcc_linux-64 12.*",)),
    variant=(("mpi", "mpich"),),
    source=(Source(path="../../trips"),),
)
TRIPS = RenderedRecipe(
    name=PackageName("libtrips"),
    version="1.4",
    platform=Subdir("linux-64"),
    source=SHARED.source,
    output_of="trips",
    shared=SHARED,
)


def rendered(*, is_first=True, **changes):
    package = a_package_order(replace(TRIPS, **changes), extra={"sluice-key": "01"})
    return render_v1(package, is_first=is_first)


def test_an_output_with_files_begins_where_the_staging_output_ended():
    found = rendered(files=("lib/*.so",))
    staging, output = found["outputs"]
    assert staging["staging"] == {"name": STAGING}
    assert staging["source"] == [{"path": "../../trips", "use_gitignore": False}]
    assert staging["requirements"] == {"build": ["gcc_linux-64 12.*"]}
    assert staging["build"]["script"]["env"] == {"mpi": "mpich"}
    assert "make" in staging["build"]["script"]["content"]
    assert output["inherit"] == {"from": STAGING, "run_exports": False}
    assert "source" not in output
    assert found["extra"] == {"sluice-key": "01"}


def test_an_output_with_neither_script_nor_files_takes_nothing():
    found = rendered()
    assert "outputs" not in found
    assert found["build"]["script"]["content"] == list(NOTHING)


@pytest.mark.parametrize(("is_first", "takes"), [(True, True), (False, False)])
def test_the_output_named_as_the_recipe_takes_all_where_it_is_first(is_first, takes):
    found = rendered(is_first=is_first, is_top_level=True, build=SHARED.build)
    assert ("outputs" in found) is takes


def test_a_script_that_is_run_for_all_outputs_is_not_run_again():
    _, output = rendered(is_top_level=True, build=SHARED.build)["outputs"]
    assert output["build"]["script"]["content"] == list(NOTHING)


def test_an_exit_in_a_script_does_not_end_what_comes_after_it():
    _, output = rendered(build=BuildSection(script=("exit 0",)))["outputs"]
    content = output["build"]["script"]["content"]
    assert content[content.index("exit 0") - 2] == "("
    assert "RATTLER_BUILD_PACKAGE_FILES" in content[-1]


@pytest.mark.parametrize(
    ("script", "command"),
    [("install.sh", "bash -e"), ("install.py", "python"), ("install", "bash -e")],
)
def test_a_script_file_runs_as_a_copy_with_what_its_ending_stands_for(script, command):
    found = rendered(shared=None, build=BuildSection(script_file=script))
    assert found["build"]["script"]["content"][-1] == f'{command} "$SRC_DIR"/{script}'


def test_globs_cannot_smuggle_commands_in():
    _, output = rendered(files=("$(touch x)",))["outputs"]
    assert "sluice_expand '$(touch x)'" in "\n".join(output["build"]["script"]["content"])


def test_files_chosen_as_recipe_yaml_does_are_left_to_the_engine():
    _, output = rendered(files=("lib/**",), files_from=FilesFrom.NEW)["outputs"]
    assert output["build"]["files"] == {"include": ["lib/**"]}
    assert output["build"]["script"]["content"] == list(NOTHING)


def test_scripts_of_a_recipe_yaml_are_left_to_the_engine():
    script = BuildSection(script=("print(1)",), script_interpreter="python")
    staging, output = rendered(
        files_from=FilesFrom.NEW,
        platform=Subdir("win-64"),
        build=BuildSection(script_file="install.ps1"),
        shared=replace(SHARED, build=script),
    )["outputs"]
    assert output["build"]["script"] == {"file": "install.ps1"}
    assert staging["build"]["script"] == {
        "content": ["print(1)"],
        "interpreter": "python",
        "env": {"mpi": "mpich"},
    }


def test_an_output_of_a_recipe_yaml_runs_its_script_though_the_shared_build_has_the_same():
    _, output = rendered(files_from=FilesFrom.NEW, is_top_level=True, build=SHARED.build)["outputs"]
    assert output["build"]["script"]["content"] == ["make"]


def test_windows_is_refused_where_nobody_has_written_the_commands():
    with pytest.raises(RecipeError, match="on Linux and macOS only"):
        rendered(platform=Subdir("win-64"), files=("lib",))


def test_a_script_that_nothing_runs_is_refused():
    with pytest.raises(RecipeError, match=r"nothing is known to run install\.ps1"):
        rendered(build=BuildSection(script_file="install.ps1"))
