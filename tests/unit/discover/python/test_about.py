"""The licence of a Python project, from what says most about it."""

import pytest

import projects
from conda_sluice.discover.detect import discover

GPL = "GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007\n"
GRANT = """\
# This program is free software: you can redistribute it and/or modify it under the terms of the
# GNU General Public License as published by the Free Software Foundation, either version 3 of the
# License, or (at your option) any later version.
"""
BSD = """Redistribution and use in source and binary forms, with or without modification, are
permitted provided that the following conditions are met:
"""
PROJECT = '[project]\nname = "trips"\nversion = "1"\n'


@pytest.mark.parametrize(
    ("said", "licence"),
    [
        ("", "GPL-3.0-only"),
        ('license = {text = "GPL"}\n', "GPL-3.0-only"),
        ('license = "GPL-3.0-only"\n', "GPL-3.0-only"),
        ('license = {text = "GPL version 2.0 or later"}\n', "GPL-2.0-or-later"),
        (
            'license = {text = "GNU General Public License, version 2 or later"}\n',
            "GPL-2.0-or-later",
        ),
        (
            'classifiers = ["License :: OSI Approved :: GNU General Public License v3 (GPLv3)"]\n',
            "GPL-3.0-only",
        ),
    ],
)
def test_what_is_said_counts_before_a_text(tmp_path, said, licence):
    files = {"pyproject.toml": PROJECT + said, "LICENSE": GPL}
    assert discover(projects.write_files(tmp_path, files)).about.license == licence


@pytest.mark.parametrize("file", ["trips/core.py", "README.md"])
def test_sources_grant_later_versions_of_a_gnu_licence(tmp_path, file):
    files = {"pyproject.toml": PROJECT, "LICENSE": GPL, file: GRANT}
    assert discover(projects.write_files(tmp_path, files)).about.license == "GPL-3.0-or-later"


@pytest.mark.parametrize(
    "said",
    [
        'license = "GPL-3.0-only"\n',
        'classifiers = ["License :: OSI Approved :: GNU General Public License v3 (GPLv3)"]\n',
    ],
)
def test_what_is_said_without_later_versions_is_no_more_than_a_name(tmp_path, said):
    files = {"pyproject.toml": PROJECT + said, "LICENSE": GPL, "trips/core.py": GRANT}
    assert discover(projects.write_files(tmp_path, files)).about.license == "GPL-3.0-or-later"


def test_sources_that_do_not_agree_leave_what_is_said(tmp_path):
    only = GRANT.replace("or (at your option) any later version", "and no other one")
    files = {"pyproject.toml": PROJECT + 'license = "GPL-3.0-only"\n', "LICENSE": GPL}
    files |= {"trips/a.py": only, "trips/b.py": GRANT}
    assert discover(projects.write_files(tmp_path, files)).about.license == "GPL-3.0-only"


@pytest.mark.parametrize("said", ['{text = "BSD"}', '"BSD-3-Clause"'])
def test_the_text_says_which_bsd_licence_is_meant(tmp_path, said):
    files = {"pyproject.toml": PROJECT + f"license = {said}\n", "LICENSE": BSD}
    assert discover(projects.write_files(tmp_path, files)).about.license == "BSD-2-Clause"


def test_the_text_says_which_bsd_licence_may_be_chosen(tmp_path):
    said = (
        'classifiers = ["License :: OSI Approved :: BSD License",'
        ' "License :: OSI Approved :: GNU General Public License v3 (GPLv3)"]\n'
    )
    files = {"pyproject.toml": PROJECT + said, "LICENSE-bsd.txt": BSD, "LICENSE-gpl.txt": GPL}
    about = discover(projects.write_files(tmp_path, files)).about
    assert about.license == "BSD-2-Clause OR GPL-3.0-only"


MIT = "Permission is hereby granted, free of charge, to any person obtaining a copy\n"
APACHE = "Apache License\nVersion 2.0, January 2004\n"


@pytest.mark.parametrize(
    ("classifier", "text", "licence"),
    [
        ("BSD License", MIT, "MIT"),
        ("MIT License", APACHE, "Apache-2.0"),
        ("MIT License", MIT, "MIT"),
        ("GNU General Public License v3 or later (GPLv3+)", GPL, "GPL-3.0-or-later"),
    ],
)
def test_the_only_text_counts_before_a_classifier_that_names_another(
    tmp_path, classifier, text, licence
):
    said = f'classifiers = ["License :: OSI Approved :: {classifier}"]\n'
    files = {"pyproject.toml": PROJECT + said, "LICENSE": text}
    assert discover(projects.write_files(tmp_path, files)).about.license == licence


def test_a_text_says_which_exception_from_a_licence_is_made(tmp_path):
    pyproject = PROJECT + 'license = {text = "Apache License 2.0"}\n'
    text = f"{APACHE}LLVM Exceptions to the Apache 2.0 License\n"
    files = {"pyproject.toml": pyproject, "LICENSE": text}
    found = discover(projects.write_files(tmp_path, files)).about.license
    assert found == "Apache-2.0 WITH LLVM-exception"


@pytest.mark.parametrize(
    ("names", "said", "licence"),
    [
        (("LICENSE-APACHE", "LICENSE-MIT"), "MIT License", "Apache-2.0 OR MIT"),
        (("LICENSE-APACHE", "LICENSE-MIT"), "", "Apache-2.0 OR MIT"),
        (("LICENSE-APACHE", "LICENSE-MIT"), "MIT AND Apache-2.0", "MIT AND Apache-2.0"),
        (("LICENSE", "LICENSE-MIT"), "Apache-2.0", "Apache-2.0"),
    ],
)
def test_files_named_by_their_licences_are_a_choice(tmp_path, names, said, licence):
    pyproject = PROJECT + (f'license = {{text = "{said}"}}\n' if said else "")
    files = {"pyproject.toml": pyproject, names[0]: APACHE, names[1]: MIT}
    assert discover(projects.write_files(tmp_path, files)).about.license == licence


def test_bsd_without_a_text_is_the_usual_one(tmp_path):
    files = {"pyproject.toml": PROJECT + 'license = {text = "BSD"}\n'}
    assert discover(projects.write_files(tmp_path, files)).about.license == "BSD-3-Clause"


def test_a_notice_goes_with_the_licence_that_is_named(tmp_path):
    files = {
        "pyproject.toml": PROJECT + 'license = {file = "LICENSE"}\n',
        "LICENSE": BSD,
        "NOTICE": "",
        "trips/_vendor/LICENSE": "",
    }
    about = discover(projects.write_files(tmp_path, files)).about
    assert about.license_files == ("LICENSE", "NOTICE", "trips/_vendor/LICENSE")


def test_a_list_of_licence_files_is_all_of_them_without_people(tmp_path):
    said = 'license-files = ["LICENSE", "AUTHORS", "LICENSE.md"]\n'
    files = {"pyproject.toml": PROJECT + said, "LICENSE": BSD, "AUTHORS": "", "LICENSE.old": ""}
    files |= {"trips/_vendor/LICENSE": ""}
    about = discover(projects.write_files(tmp_path, files)).about
    assert about.license_files == ("LICENSE",)
