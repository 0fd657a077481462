from conda_sluice.model.names import PackageName
from conda_sluice.model.project import ProjectVersion, VersionOrigin
from conda_sluice.model.recipe import RenderedRecipe
from conda_sluice.recipe.script_environment import build_environment
from plans import LINUX

VERSION = ProjectVersion(upstream="1.0-rc1", conda="1.0.0rc1", origin=VersionOrigin.GIT)


def test_a_build_script_finds_its_variant_and_version():
    variant = (("blas", "mkl"), ("c-ares", "1"), ("SLUICE_VERSION", "0"))
    recipe = RenderedRecipe(
        name=PackageName("trips"), version="1.0.0rc1", platform=LINUX, variant=variant
    )
    assert build_environment(recipe, VERSION) == {
        "blas": "mkl",
        "SLUICE_VERSION": "1.0.0rc1",
        "SLUICE_UPSTREAM_VERSION": "1.0-rc1",
    }
