import pytest
from benchmarks.recipes.license_texts import CHANGES

from conda_sluice.discover.license_texts import EXCEPTIONS, GRANTS, SENTENCES, TITLES
from conda_sluice.discover.licenses import _normalised, named_in, spdx_of_text, words_of

NAMED = {**TITLES, **SENTENCES}
VARIANTS = [(grant, spdx, signs) for grant, variants in GRANTS.items() for spdx, *signs in variants]


def test_tables_are_written_in_words():
    said = [*NAMED, *GRANTS, *(sign.lstrip("-") for _, _, signs in VARIANTS for sign in signs)]
    assert [one for one in said if words_of(one) != f" {one} "] == []


def test_identifiers_are_those_of_the_list():
    ids = {*NAMED.values(), *(spdx for _, spdx, _ in VARIANTS)}
    ids |= {f"{licence} WITH {exception}" for licence, _, exception in EXCEPTIONS}
    assert [one for one in sorted(ids) if not _normalised(one)] == []


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_each_title_and_sentence_is_known_however_it_is_set(change):
    told = {text: spdx_of_text(change(f"{text}\n\nand what follows it")) for text in NAMED}
    assert {text: one for text, one in told.items() if one != NAMED[text]} == {}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_each_variant_of_a_grant_is_known_by_its_conditions(change):
    told = {
        (grant, spdx): spdx_of_text(
            change(" ".join((grant, *(one for one in signs if not one.startswith("-")))))
        )
        for grant, spdx, signs in VARIANTS
    }
    assert {row: one for row, one in told.items() if one != row[1]} == {}


@pytest.mark.parametrize(
    ("content", "spdx"),
    [
        ("under the GNU General Public License V.2, see the file", "GPL-2.0-only"),
        ("under the GNU GPL version 3 or later", "GPL-3.0-or-later"),
        ("under the GNU General Public License v2 or later", "GPL-2.0-or-later"),
        ("GNU General Public License, version 2 or any later version", "GPL-2.0-or-later"),
        (
            "the GNU General Public License, version 3 or later; see GNU GPL version 3 only",
            "GPL-3.0-or-later",
        ),
        (
            "Redistribution and use in source and binary forms: source code must retain it",
            "BSD-1-Clause",
        ),
        ("free software under the terms of the LGPL 2.1", "LGPL-2.1-only"),
        ("dual-licensed under the GNU LGPLv3+", "LGPL-3.0-or-later"),
        ("choose from CC0 1.0 Universal. Redistribution and use in source and binary", ""),
        ("see the license", ""),
    ],
)
def test_notices_say_which_licence_they_grant(content, spdx):
    assert spdx_of_text(content) == spdx


def test_a_second_licence_does_not_change_the_first():
    mit = "permission is hereby granted free of charge to any person obtaining a copy"
    bsd = "redistribution and use in source and binary forms"
    assert (
        spdx_of_text(f"{bsd}\n{mit}\nas they would use the unmodified software") == "BSD-2-Clause"
    )


def test_a_text_names_several_licences():
    said = "the Academic Free License version 2.1, or the GNU GPL version 2 or any later version"
    assert named_in(said) == ("AFL-2.1", "GPL-2.0-or-later")
    assert named_in(f"{said}. GNU General Public License version 2") == named_in(said)
