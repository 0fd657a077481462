"""From the text of a meta.yaml to a package, with nothing but py-rattler-build."""

import io
import json

import pytest

from conda_sluice.model.names import Subdir
from conda_sluice.model.variant import VariantConfig
from conda_sluice.recipe.v0.read import read_recipe
from conda_sluice.recipe.v1.render import render_v1
from factories import a_package_order

pytestmark = pytest.mark.integration

TINY = """\
{% set version = environ.get("SLUICE_VERSION", "1.2.3") %}
package:
  name: tiny
  version: {{ version }}
source:
  path: ../tiny
build:
  noarch: generic
  script:
    - mkdir -p {{ PREFIX }}/share
    - cp hello.txt $PREFIX/share/
    - printf '%s' "${TINY}" > $PREFIX/share/env.txt   # [unix]
    - exit 1   # [win]
  script_env:
    - TINY
  run_exports:
    - {{ pin_subpackage("tiny", max_pin="x.x") }}
test:
  commands:
    - test -f $PREFIX/share/hello.txt
about:
  license: MIT
  license_file: LICENSE
  summary: a {{ '${{ nothing }}' }}
extra:
  recipe-maintainers:
    - alice
"""


@pytest.fixture
def build(tmp_path):
    """Return a function that builds a recipe's text and returns the package's files."""
    source = tmp_path / "tiny"
    source.mkdir()
    (source / "hello.txt").write_text("hello")
    (source / "LICENSE").write_text("MIT")
    recipes = tmp_path / "recipe"
    recipes.mkdir()

    def built(text, scripts=()):
        for name, script in dict(scripts).items():
            (recipes / name).write_text(script)
        (recipe,) = read_recipe(
            text,
            where="meta.yaml",
            platform=Subdir("linux-64"),
            variants=VariantConfig(),
            environ={},
            files=[path.name for path in recipes.iterdir()],
        )
        v1 = render_v1(
            a_package_order(
                recipe,
                "h0123456_4",
                4,
                env={"TINY": 'a $b `c` "d"'},
                extra={"sluice_key": "0123456"},
            ),
            sources={"../tiny": str(source)},
        )
        return contents(run_build(v1, recipes, tmp_path / "out"))

    return built


def run_build(v1, recipes, output):
    from rattler_build import (
        PlatformConfig,
        RenderConfig,
        Stage0Recipe,
        ToolConfiguration,
        VariantConfig,
    )

    config = RenderConfig(platform=PlatformConfig(target_platform="linux-64"))
    (variant,) = Stage0Recipe.from_dict(v1, recipe_dir=recipes).render(VariantConfig({}), config)
    result = variant.run_build(
        tool_config=ToolConfiguration(test_strategy="native"), output_dir=str(output), channels=[]
    )
    return result.packages[0]


def contents(package):
    from conda_package_streaming.package_streaming import stream_conda_component

    files = {"name": package.name}
    for part in ("info", "pkg"):
        for archive, member in stream_conda_component(str(package), component=part):
            found = archive.extractfile(member) or io.BytesIO()
            files[member.name] = found.read().decode()
    return files


def test_inline_commands_make_a_package(build):
    files = build(TINY)
    assert files["name"] == "tiny-1.2.3-h0123456_4.conda"
    assert files["share/hello.txt"] == "hello"
    assert files["share/env.txt"] == 'a $b `c` "d"'
    assert json.loads(files["info/index.json"])["build_number"] == 4
    assert json.loads(files["info/run_exports.json"]) == {"weak": ["tiny >=1.2.3,<1.3.0a0"]}
    about = json.loads(files["info/about.json"])
    assert about["summary"] == "a ${{ nothing }}"
    assert about["extra"] == {"recipe-maintainers": ["alice"], "sluice_key": "0123456"}
    assert files["info/licenses/LICENSE"] == "MIT"


def test_a_script_beside_the_recipe_makes_a_package(build):
    text = "".join(
        line
        for line in TINY.splitlines(keepends=True)
        if not line.startswith(
            ("    - mkdir", "    - cp", "    - printf", "    - exit", "  script:")
        )
    )
    script = (
        'mkdir -p "$PREFIX/share"; cp hello.txt "$PREFIX/share/"; echo $PKG_VERSION > $PREFIX/v'
    )
    files = build(text, {"build.sh": script})
    assert files["v"] == "1.2.3\n"


def test_a_failing_command_ends_the_build(build):
    from rattler_build import BuildError

    with pytest.raises(BuildError, match="Script failed"):
        build(TINY.replace("    - cp hello.txt", "    - false\n    - cp hello.txt"))
