import projects
from conda_sluice.discover.license_files import license_files, vendored_licenses


def test_named_files_come_before_the_usual_ones(tmp_path):
    projects.write_files(tmp_path, {"LICENSE": "", "NOTICE": "", "docs/MIT.txt": ""})
    assert license_files(tmp_path, ("docs/*.txt",)) == ("docs/MIT.txt",)
    assert license_files(tmp_path, ("none",)) == ("LICENSE", "NOTICE")
    assert license_files(tmp_path, ("../*", "/etc/passwd")) == ("LICENSE", "NOTICE")


def test_licence_files_are_known_by_their_names(tmp_path):
    files = (
        *(
            "COPYING3",
            "COPYING.LESSERv3",
            "CopyrightTRIPS.txt",
            "LICENSE-APACHE",
            "LICENSE.external",
        ),
        *("LICENSES/MIT.txt", "NOTICE", "PATENTS", "PSF.LICENSE", "README.licensing", "UNLICENSE"),
        *("THIRD-PARTY-NOTICES", "copying.txt", "lgpl-2.1.txt", "licenses/scipy.txt"),
    )
    others = (
        *("AUTHORS", "LICENSES/README.txt", "copyright.py", "docs/LICENSE", "gplot.txt"),
        *(".license", "licenses.json", "licenses/more/MIT.txt", "notice-board/LICENSE"),
    )
    root = projects.write_files(tmp_path, dict.fromkeys((*files, *others), ""))
    assert license_files(root) == tuple(sorted(files))


def test_licence_files_are_looked_for_among_the_documentation(tmp_path):
    root = projects.write_files(tmp_path, {"docs/LGPL.txt": "", "docs/index.txt": ""})
    assert license_files(root) == ("docs/LGPL.txt",)


def test_licences_of_code_that_is_built_in_go_with_the_package(tmp_path):
    files = ("third_party/trips/COPYING", "src/trips/_vendor/LICENSE", "extern/trips_license.txt")
    others = (
        *("third_party/googletest/LICENSE", "extern/trips/LICENSES/MIT.txt", "vendor/a/license.py"),
        *("vendor/trips/src/LICENSE", "src/LICENSE", "LICENSE"),
    )
    root = projects.write_files(tmp_path, dict.fromkeys((*files, *others), ""))
    assert vendored_licenses(root) == tuple(sorted(files))
