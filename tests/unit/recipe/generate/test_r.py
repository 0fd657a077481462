import pytest

import projects
from conda_sluice.discover.detect import discover
from conda_sluice.model.recipe import Entry, Section
from conda_sluice.recipe.generate.generate import RecipeSource, generate


def recipe_of(root, *, more="", files=(), is_compiled=False, names=None):
    projects.write_files(root, dict(files))
    description = projects.DESCRIPTION + more
    project = discover(
        projects.an_r_project(root, description=description, is_compiled=is_compiled)
    )
    return generate(
        project,
        source=RecipeSource(path="."),
        names=names or {},
        default_version="0.3_1",
        is_versioned_by_git=False,
    )


def items(recipe, name):
    (requirements,) = (one for one in recipe.sections if one.name == "requirements")
    return next((one.value for one in requirements.entries if one.key == name), ())


def texts(recipe, name):
    return [item.text for item in items(recipe, name) if item.when in {"", "not win"}]


def notes(recipe):
    return [note for section in recipe.sections for note in section.notes]


def entry(recipe, section, key):
    (found,) = (one for one in recipe.sections if one.name == section)
    assert isinstance(found, Section)
    return next((one for one in found.entries if isinstance(one, Entry) and one.key == key), None)


def test_what_is_compiled_gets_compilers_and_make(tmp_path):
    recipe = recipe_of(tmp_path, files={"src/a.f90": "", "src/b.cpp": ""})
    assert texts(recipe, "build") == [
        '{{ compiler("c") }}',
        '{{ compiler("cxx") }}',
        '{{ compiler("fortran") }}',
        '{{ stdlib("c") }}',
        "make",
    ]


def test_bundled_library_gets_newer_config_files(tmp_path):
    makevars = "uv.a:\n\t(cd uv && ./configure)\n"
    recipe = recipe_of(tmp_path, files={"src/a.c": "", "src/Makevars": makevars})
    (line,) = (item for item in items(recipe, "build") if item.text == "gnuconfig")
    assert line.when == "unix"
    assert 'share/gnuconfig/config.sub" {} \\;' in dict(recipe.scripts)["build.sh"]


@pytest.mark.parametrize(("file", "is_made"), [("configure.ac", True), ("configure", False)])
def test_configure_that_is_not_there_is_made(tmp_path, file, is_made):
    sources = {"src/a.c": "", "configure.ac": "AC_INIT(trips)\n", file: "AC_INIT(trips)\n"}
    recipe = recipe_of(tmp_path, files=sources)
    assert "autoconf" in texts(recipe, "build")
    script = dict(recipe.scripts)["build.sh"]
    assert ("autoreconf --force --install\n" in script) is is_made


def test_cross_builds_bring_r_and_what_it_loads(tmp_path):
    cross = [
        item.text
        for item in items(recipe_of(tmp_path, is_compiled=True), "build")
        if item.when == "build_platform != target_platform"
    ]
    assert cross == ["cross-r-base {{ r_base }}", "r-rcpp >=1.0_5", "r-matrix"]


def test_what_is_not_compiled_has_no_build_environment(tmp_path):
    assert items(recipe_of(tmp_path), "build") == ()


@pytest.mark.parametrize(
    ("said", "host"),
    [
        ("libxml2 (optional)", ["libxml2-devel"]),
        ("Gnu Scientific Library version >= 2.5", ["gsl"]),
        ("tiff and jpeg libraries", ["libjpeg-turbo", "libtiff"]),
        ("ImageMagick++: ImageMagick-c++-devel (rpm) or libmagick++-dev (deb)", ["imagemagick"]),
        ("GEOS (>= 3.5.0), PROJ (>= 4.8.0)", ["geos", "proj"]),
        ("GDAL (>= 2.0.1), PROJ (>= 4.8.0), sqlite3", ["libgdal-core", "proj"]),
        ("C++17, USE_C17, GNU make, OpenMP", []),
        ("An ODBC3 driver manager and drivers", ["unixodbc"]),
        ("Java (>= 8)", ["openjdk"]),
    ],
)
def test_libraries_of_the_system_are_found_in_free_words(tmp_path, said, host):
    recipe = recipe_of(tmp_path, more=f"SystemRequirements: {said}\n", files={"src/a.c": ""})
    assert texts(recipe, "host")[3:] == host
    assert notes(recipe) == []


def test_what_no_table_knows_is_named(tmp_path):
    recipe = recipe_of(tmp_path, more="SystemRequirements: libwarp (>= 9)\n", files={"src/a.c": ""})
    assert notes(recipe) == [
        "SystemRequirements asks for libwarp (>= 9): add its package where it belongs"
    ]


def test_program_that_runs_beside_the_package_is_required_with_its_bound(tmp_path):
    code = {"R/convert.R": "convert <- function(file) system2('pandoc', file)\n"}
    recipe = recipe_of(tmp_path, more="SystemRequirements: pandoc (>= 1.14)\n", files=code)
    assert texts(recipe, "run")[-1] == "pandoc >=1.14"
    assert "pandoc >=1.14" not in texts(recipe, "host")


@pytest.mark.parametrize(
    ("package", "run"), [("rJava", ["r-rjava"]), ("DBI", ["r-dbi", "openjdk"])]
)
def test_program_that_another_package_brings_along_is_not_named(tmp_path, package, run):
    description = projects.DESCRIPTION.replace("Matrix, stats", package)
    description += "SystemRequirements: Java (>= 8)\n"
    project = discover(projects.an_r_project(tmp_path, description=description))
    recipe = generate(
        project, source=RecipeSource(path="."), default_version="1", is_versioned_by_git=False
    )
    assert texts(recipe, "run")[2:] == run


def test_optional_library_is_marked_uncertain(tmp_path):
    said = "SystemRequirements: zstd (optional)\n"
    recipe = recipe_of(tmp_path, more=said, files={"src/a.c": ""})
    (line,) = (item for item in items(recipe, "host") if item.text == "zstd")
    assert "optional" in line.doubt


def test_package_of_bioconductor_is_marked_uncertain(tmp_path):
    recipe = recipe_of(tmp_path, more="Enhances: x\nSuggests2: y\n")
    assert not any(item.doubt for item in items(recipe, "run"))
    description = projects.DESCRIPTION.replace("Matrix", "Biobase")
    project = discover(projects.an_r_project(tmp_path / "b", description=description))
    made = generate(
        project,
        source=RecipeSource(path="."),
        default_version="1",
        is_versioned_by_git=False,
    )
    (line,) = (one for one in items(made, "run") if one.text == "bioconductor-biobase")
    assert "bioconda" in line.doubt


def test_every_dependency_tells_its_field(tmp_path):
    (rcpp,) = (one for one in items(recipe_of(tmp_path), "run") if "rcpp" in one.text)
    assert rcpp.because == "DESCRIPTION Imports and LinkingTo: Rcpp"


def test_headers_that_are_compiled_in_are_not_asked_for_at_run_time(tmp_path):
    description = projects.DESCRIPTION.replace("LinkingTo: Rcpp", "LinkingTo: Rcpp, BH")
    project = discover(projects.an_r_project(tmp_path, description=description, is_compiled=True))
    recipe = generate(
        project, source=RecipeSource(path="."), default_version="1", is_versioned_by_git=False
    )
    assert "r-bh" in texts(recipe, "host")
    assert "r-bh" not in texts(recipe, "run")


def test_texts_of_the_licence_that_r_has_are_copied_and_listed(tmp_path):
    recipe = recipe_of(tmp_path)
    listed = [item.text for item in entry(recipe, "about", "license_file").value]
    assert listed == ["MIT", "LICENSE"]
    assert "c('MIT')" in dict(recipe.scripts)["build.sh"]


def test_names_of_the_workspace_come_first(tmp_path):
    assert "r-matrix2" in texts(recipe_of(tmp_path, names={"Matrix": "r-matrix2"}), "run")


def test_library_that_does_not_always_export_itself_is_required_at_run_time_too(tmp_path):
    makevars = {"src/a.c": "", "src/Makevars": "PKG_LIBS = -lfftw3 -lpng\n"}
    recipe = recipe_of(tmp_path, files=makevars)
    assert texts(recipe, "host")[-2:] == ["fftw", "libpng"]
    assert texts(recipe, "run")[-1] == "fftw"


def of_archive(root, *, description=projects.DESCRIPTION, **files):
    projects.an_r_project(root, description=description)
    texts = {name.replace("__", "/"): text for name, text in files.items()}
    projects.write_files(root, {f"tests/{name}.R": text for name, text in texts.items()})
    return generate(
        discover(root),
        source=RecipeSource(url="https://trips.example/t.tar.gz", sha256="0" * 64),
        default_version="0.3_1",
        is_versioned_by_git=False,
    )


def said_of_tests(recipe, key):
    found = entry(recipe, "test", key)
    return [item.text for item in found.value] if found else []


def test_an_archive_runs_its_unit_tests(tmp_path):
    recipe = of_archive(tmp_path, spelling="library(spelling)", testthat="library(testthat)")
    assert said_of_tests(recipe, "source_files") == ["tests/"]
    assert said_of_tests(recipe, "requires") == ["r-testthat >=3.0.0"]
    assert said_of_tests(recipe, "commands") == [
        "Rscript -e \"library('trips')\"",
        "Rscript -e \"setwd('tests'); source('testthat.R')\"",
    ]


def test_what_unit_tests_are_skipped_without_is_not_asked_for(tmp_path):
    recipe = of_archive(
        tmp_path,
        testthat="library(testthat)",
        testthat__test_a='skip_if_not_installed("knitr")\nknitr::knit()',
    )
    assert said_of_tests(recipe, "requires") == ["r-testthat >=3.0.0"]


def test_unit_tests_that_need_what_conda_forge_has_not_are_left_out_with_a_note(tmp_path):
    recipe = of_archive(
        tmp_path,
        description=projects.DESCRIPTION.replace("knitr", "limma"),
        testthat="library(testthat)\nlibrary(limma)",
    )
    assert said_of_tests(recipe, "commands") == ["Rscript -e \"library('trips')\""]
    assert notes(recipe) == [
        "left out, tests/testthat.R: they need bioconductor-limma, of bioconda"
    ]


def test_a_folder_keeps_its_unit_tests_to_itself(tmp_path):
    recipe = recipe_of(tmp_path, files={"tests/testthat.R": "library(testthat)"})
    assert said_of_tests(recipe, "source_files") == []


def test_the_runner_of_unit_tests_is_asked_for_even_where_tests_look_for_it_first(tmp_path):
    recipe = of_archive(
        tmp_path,
        description=projects.DESCRIPTION.replace("knitr", "tinytest"),
        tinytest='if (requireNamespace("tinytest")) tinytest::test_package("trips")',
    )
    assert "r-tinytest" in said_of_tests(recipe, "requires")


def test_a_choice_of_licences_that_spdx_says_otherwise_is_told_in_the_projects_words(tmp_path):
    usual = projects.DESCRIPTION
    choice = usual.replace("MIT + file LICENSE", "GPL-2 | GPL-3")
    licence = entry(of_archive(tmp_path / "a", description=choice), "about", "license")
    assert (licence.value, licence.note) == ("GPL-2.0-or-later", "the project says GPL-2 | GPL-3")
    assert not entry(of_archive(tmp_path / "b"), "about", "license").note


def test_what_works_on_unix_only_is_skipped_elsewhere_where_it_is_compiled(tmp_path):
    unix = "OS_type: unix\n"
    compiled = entry(recipe_of(tmp_path / "a", more=unix, is_compiled=True), "build", "skip")
    assert (compiled.value, compiled.when) == (True, "win")
    assert entry(recipe_of(tmp_path / "b", more=unix), "build", "skip") is None
