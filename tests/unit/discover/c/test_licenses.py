import pytest

import projects
from conda_sluice.discover.c.about import c_about
from conda_sluice.discover.c.build_facts import BuildFacts
from conda_sluice.discover.c.licenses import license_of_tree
from conda_sluice.discover.license_files import license_files
from projects import write_files

GPL = "GNU GENERAL PUBLIC LICENSE\n  Version 3, 29 June 2007"
AGPL = GPL.replace("GENERAL", "AFFERO GENERAL")
LGPL = "GNU LESSER GENERAL PUBLIC LICENSE\n  Version 2.1, February 1999"
BSD = "Redistribution and use in source and binary forms\nNeither the name of its contributors"
LATER = """\
/* You can change it under the terms of the GNU General
 * Public License as published by the Free Software
 * Foundation; either version 3 of the License, or (at
 * your option) any later version. */
"""
PLAIN = LATER.replace(" *", "").strip("/*\n ")
EITHER = """\
/* You can change it under the terms of either:
     * the GNU Lesser General Public License as published by the Free
       Software Foundation; either version 3 of the License, or (at your
       option) any later version.
   or
     * the GNU General Public License as published by the Free
       Software Foundation; either version 2 of the License, or (at your
       option) any later version. */
"""
LESSER = LATER.replace("GNU General", "GNU Lesser General")
LICENSE_TXT = (
    "The GNU Lesser General Public License as published by the Free Software Foundation;\n"
    "// either version 2.1 of the License, or any later version, in LICENSE.TXT"
)
AFL = "Academic Free License version 2.1"
MPL = "Mozilla Public License Version 1.1"
ALTERNATIVELY = (
    "Alternatively, the contents of this file may be used under the terms of the GNU General Public"
    " License Version 2 or later (the GPL)"
)
BOTH = "MIT OR GPL-3.0-only"
BSD_OR_LGPL = "BSD-3-Clause OR LGPL-3.0-or-later"
AFL_OR_GPL = "AFL-2.1 OR GPL-2.0-or-later"
MPL_OR_GPL = "MPL-1.1 OR GPL-2.0-or-later"
OFFERED = "BSD-2-Clause OR Apache-2.0"
NAMED = "trips\n\nLicense\n-------\nThis is under the MIT license\n"


@pytest.mark.parametrize(
    ("files", "spdx"),
    [
        ({"LICENSE": projects.MIT, "a.h": LATER}, "MIT"),
        ({"COPYING": GPL, "a.h": LATER}, "GPL-3.0-or-later"),
        (
            {"COPYING": GPL, "a.h": LATER.replace("or (at\n * your option) any later", "the")},
            "only",
        ),
        ({"COPYING": GPL, "a.c": "int main;"}, "GPL-3.0-or-later"),
        ({"COPYING": GPL, "COPYING.LESSER": LGPL, "a.c": ""}, "LGPL-2.1-or-later"),
        (
            {"COPYING": GPL, "lib/b.h": LESSER, "lib/c.h": LESSER, "src/a.h": LATER},
            "GPL-3.0-or-later",
        ),
        ({"COPYING": GPL, "lib/b.h": LESSER}, "GPL-3.0-or-later"),
        ({"COPYING": LGPL, "a.h": LATER}, "LGPL-2.1-or-later"),
        ({"COPYING": GPL, "COPYING.LIB": LGPL, "a.h": LESSER}, "LGPL-3.0-or-later"),
        ({"COPYING": AGPL, "a.h": "// SPDX-License-Identifier: AGPL-3.0-only\n"}, "AGPL-3.0-only"),
        ({"COPYING": GPL, "a.h": EITHER}, "LGPL-3.0-or-later OR GPL-2.0-or-later"),
        ({"COPYING": GPL, "a.h": "// SPDX-License-Identifier: GPL-3.0-only\n"}, "GPL-3.0-only"),
        ({"COPYING": GPL, "LICENSE": BSD}, "BSD-3-Clause"),
        ({"COPYING.GPL": GPL, "COPYING.Xiph": BSD, "a.h": f"/* {BSD} */"}, "BSD-3-Clause"),
        ({"LICENSE": "lib/ has a BSD 2-Clause license"}, "BSD-2-Clause"),
        ({"README": NAMED}, "MIT"),
        ({"README": "trips\n"}, ""),
        ({"a.h": f"{'int a;' * 900}\n/* {projects.MIT} */"}, "MIT"),
        ({"License.txt": projects.MIT}, "MIT"),
        (
            {
                "LICENSE": f"choose one: docs/BSD.TXT, docs/GPL.TXT, {GPL}",
                "docs/BSD.TXT": BSD,
                "docs/GPL.TXT": GPL,
            },
            "BSD-3-Clause OR GPL-3.0-only",
        ),
        ({"LICENSE": f"under either two clause BSD or Apache License. {BSD}"}, OFFERED),
        ({"LICENSE": f"Dual-licensed under MIT and GPLv2. {projects.MIT}"}, "MIT OR GPL-2.0-only"),
        ({"LICENSE": f"either this or that. {projects.MIT}"}, "MIT"),
        (
            {
                "LICENSE-BSD.TXT": BSD,
                "LICENSE.TXT": LGPL,
                "a.h": f"// under the terms of EITHER:\n// {LICENSE_TXT}\n// (2) LICENSE-BSD.TXT",
            },
            "LGPL-2.1-or-later OR BSD-3-Clause",
        ),
        (
            {
                "LICENSE.A": LGPL,
                "LICENSE.B": BSD,
                "COPYRIGHT": "as you choose: LICENSE.B, LICENSE.A",
            },
            "BSD-3-Clause OR LGPL-2.1-only",
        ),
        (
            {
                "COPYING": GPL,
                "LICENSE": BSD,
                "README": f"under the terms of either:\n1. {PLAIN} COPYING, or\n2. LICENSE",
            },
            "GPL-3.0-or-later OR BSD-3-Clause",
        ),
        ({"LICENSE": f"under a choice of one of two licenses: {projects.MIT}\n{GPL}"}, BOTH),
        ({"LICENSE": f"under any one of the following licenses: {BSD}\n{LESSER}"}, BSD_OR_LGPL),
        ({"COPYING": "under your choice of the AFL or of the GPL"}, ""),
        ({"COPYING": f"under your choice of the {AFL}, or the GNU GPL version 2+."}, AFL_OR_GPL),
        ({"LICENSE": MPL, "a.h": f"/* under the {MPL}. {ALTERNATIVELY} */"}, MPL_OR_GPL),
        ({"LICENSE": MPL, "a.h": f"/* under the {MPL}. */"}, "MPL-1.1"),
        ({"COPYING": GPL, "README": "under GPLv3+"}, "GPL-3.0-or-later"),
        ({"COPYING": GPL, "trips.spec": "License: GPL-3.0-only"}, "GPL-3.0-only"),
        (
            {
                "COPYING.LESSER": LGPL.replace("2.1", "3"),
                "a.h": LESSER,
                "b.h": LESSER.replace("version 3", "version 2.1"),
                "c.h": LESSER.replace("version 3", "version 2.1"),
            },
            "LGPL-3.0-or-later",
        ),
        ({"CITATION.cff": "license: MIT"}, "MIT"),
        ({"COPYING": GPL, "trips.spec": "License: GPL"}, "GPL-3.0-or-later"),
        ({"COPYING": f"Files:\n *\nLicense: Expat\n\nFiles: a.h\nLicense: ISC\n\n{BSD}"}, "MIT"),
        (
            {
                "COPYING": GPL.replace("3", "2"),
                "COPYING.MPL": MPL,
                "a.h": f"{MPL}/GPLv2+ {ALTERNATIVELY}",
            },
            MPL_OR_GPL,
        ),
        ({"COPYING": "The library is under the LGPLv2+. The rest is GPLv2+."}, "LGPL-2.0-or-later"),
        (
            {
                "LICENSES/BSD-3-Clause.txt": BSD,
                "LICENSES/MIT.txt": projects.MIT,
                "a.h": "// SPDX-License-Identifier: MIT\n",
            },
            "MIT",
        ),
        ({"COPYING": GPL, "COPYING.LESSER": LESSER, "a.h": LESSER}, "LGPL-3.0-or-later"),
        (
            {
                "COPYING": GPL,
                "COPYING.LIB": LGPL.replace("2.1", "3"),
                "README": "License: either of the two, COPYING.LIB or COPYING",
                "a.h": LESSER,
                "b.h": LESSER.replace("version 3", "version 2.1"),
                "c.h": LESSER.replace("version 3", "version 2.1"),
            },
            "GPL-3.0-only OR LGPL-3.0-or-later",
        ),
        (
            {"LICENSE.A": LGPL, "LICENSE.B": BSD, "README": "License: LICENSE.A and LICENSE.B"},
            "LGPL-2.1-only",
        ),
        ({"LICENSE.md": BSD, "LICENSE.from_hills": projects.MIT}, "BSD-3-Clause"),
        ({"COPYING.LESSER": LESSER, "LICENSES": projects.MIT, "a.h": LESSER}, "LGPL-3.0-or-later"),
        (
            {
                "COPYING": GPL.replace("3", "2"),
                "a.h": "Distributed under the terms of the GNU General Public License (GPL)\n"
                "version 2 or higher.",
            },
            "GPL-2.0-or-later",
        ),
    ],
)
def test_sources_say_what_licence_files_leave_open(tmp_path, files, spdx):
    root = write_files(tmp_path, files)
    found = license_of_tree(root, license_files(root))
    assert found == spdx or (spdx == "only" and found == "GPL-3.0-only")


@pytest.mark.parametrize(
    "file", ["BSD-LICENSE", "trips_license.txt", "copying.txt", "doc/COPYING", "docs/LICENSE"]
)
def test_licence_files_that_are_named_otherwise_are_found(tmp_path, file):
    root = write_files(tmp_path, {file: BSD, "a.h": LESSER})
    about = c_about(root, "", BuildFacts(), ("x",))
    assert about.license_files == (file,)
    assert about.license == "BSD-3-Clause"
