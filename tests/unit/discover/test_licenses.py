import pytest

import projects
from conda_sluice.discover.licenses import (
    _COMMON,
    _normalised,
    spdx_of,
    spdx_of_classifiers,
    spdx_of_files,
    spdx_of_text,
)

GRANT = "you may change it under the terms of the GNU"
FSF = "General Public License as published by the Free Software Foundation"
LATER = "or (at your option) any later version."
MIT = projects.MIT
LINKING = "the authors give you unlimited permission to link the compiled version of this library"
BSD = "Redistribution and use in source and binary forms, with or without modification"


@pytest.mark.parametrize(
    ("said", "spdx"),
    [
        ("MIT", "MIT"),
        ("mit license", "MIT"),
        ("BSD 3-Clause", "BSD-3-Clause"),
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("Apache License (2.0)", "Apache-2.0"),
        ("Apache Software License v2.0", "Apache-2.0"),
        ("MIT Licence", "MIT"),
        ("The MIT License (MIT)", "MIT"),
        ("MIT/X11", "MIT"),
        ("MIT/BSD", ""),
        ("Simplified BSD License", "BSD-2-Clause"),
        ("BSD (3-clause)", "BSD-3-Clause"),
        ("Mozilla Public License Version 2.0", "MPL-2.0"),
        ("the license", ""),
        ("GPLv3+", "GPL-3.0-or-later"),
        ("MIT OR Apache-2.0", "MIT OR Apache-2.0"),
        ("LGPL-2.1+", "LGPL-2.1-or-later"),
        ("MIT AND LicenseRef-Trips", "MIT AND LicenseRef-Trips"),
        ("MIT AND Trips", ""),
        ("MIT AND GPL-3.0-with-GCC-exception", "MIT AND GPL-3.0-with-GCC-exception"),
        ("GNU Lesser General Public License v3 or later (LGPLv3+)", "LGPL-3.0-or-later"),
        ("ZPL 2.1", "ZPL-2.1"),
        ("BSD 3-Clause OR Apache 2.0", "BSD-3-Clause OR Apache-2.0"),
        ("MIT or mine", ""),
        ("see the file", ""),
        ("((", ""),
        ("", ""),
    ],
)
def test_what_people_write_is_said_in_spdx(said, spdx):
    assert spdx_of(said) == spdx


def test_common_identifiers_are_those_of_the_list():
    assert [one for one in _COMMON if _normalised(one) != one] == []


def test_classifiers_are_joined(tmp_path):
    said = ("License :: OSI Approved :: MIT License", "License :: OSI Approved :: BSD License")
    assert spdx_of_classifiers(said) == "MIT OR BSD-3-Clause"


@pytest.mark.parametrize(
    ("content", "spdx"),
    [
        (MIT, "MIT"),
        (f"{BSD}\nNeither the name of the copyright holder", "BSD-3-Clause"),
        (BSD, "BSD-2-Clause"),
        ("Apache License\n   Version 2.0, January 2004", "Apache-2.0"),
        ("All rights reserved.", ""),
        (f"{GRANT} Lesser {FSF}, either version 3 of the License, {LATER}", "LGPL-3.0-or-later"),
        (f"{GRANT} {FSF}; version 2 of the License.", "GPL-2.0-only"),
        (f"{GRANT} {FSF}; version 3 of the License , {LATER}", "GPL-3.0-or-later"),
        (f"{GRANT} Lesser {FSF}; version 2 of the License, {LATER}", "LGPL-2.1-or-later"),
        (f"{GRANT} Library {FSF}; version 2 of the License, {LATER}", "LGPL-2.0-or-later"),
        (
            f"the GNU Lesser General Public License (GNU LGPL), version 2.1 or later\n{MIT}",
            "LGPL-2.1-or-later",
        ),
        (f"Minpack Copyright Notice (1999). {BSD}", "Minpack"),
        ('For the purposes of this copyright and license, "Info-ZIP" is defined as', "Info-ZIP"),
        (f"{LINKING} GNU GENERAL PUBLIC LICENSE Version 2", "GPL-2.0-only WITH GCC-exception-2.0"),
        (f"{MIT} THE SOFTWARE IS PROVIDED AS IS", "MIT-0"),
        (f"{MIT} this permission notice. THE SOFTWARE IS PROVIDED", "MIT"),
        ("Permission to use, copy, modify, and distribute this software and its documents", "HPND"),
        (f'This program, "bzip2", the associated library "libbzip2", {BSD}', "bzip2-1.0.6"),
        (f"{BSD} 3. All advertising materials mentioning features", "BSD-4-Clause"),
        (f"{BSD} This software is provided as is. {BSD} 3. All advertising", "BSD-2-Clause"),
        (f"{MIT} Redistributions of source code must retain", "NCSA"),
        (f"{MIT} this permission notice. Redistributions of source code must", "MIT"),
        (f"{BSD} 2. The origin of this software must not be misrepresented", "bzip2-1.0.6"),
    ],
)
def test_text_of_a_licence_is_known_by_a_sentence(content, spdx):
    assert spdx_of_text(content) == spdx


def test_the_gpl_beside_the_lgpl_3_is_part_of_it(tmp_path):
    gpl, lgpl = (f"GNU {word}GENERAL PUBLIC LICENSE Version 3" for word in ("", "LESSER "))
    files = {"COPYING": gpl, "COPYING.LESSER": lgpl}
    assert spdx_of_files(projects.write_files(tmp_path, files), tuple(files)) == "LGPL-3.0-only"
