from dataclasses import replace

from conda_sluice.model.recipe import Requirements, TestSection
from conda_sluice.pipeline.needs import outside_needs
from plans import a_candidate


def needs_of(**sections):
    candidate = a_candidate("hills")
    return outside_needs((), [replace(candidate, rendered=replace(candidate.rendered, **sections))])


def test_versions_of_test_requirements_are_read_as_conda_build_reads_them():
    assert needs_of(test=TestSection(requires=("python 3.11", "pip"))) == ("pip", "python 3.11.*")


def test_virtual_packages_come_with_the_machine():
    assert needs_of(requirements=Requirements(run=("__unix", "rich"))) == ("rich",)
