import pytest

from conda_sluice.discover.r.licenses import parse_license


@pytest.mark.parametrize(
    ("field", "spdx"),
    [
        ("GPL (>= 2)", "GPL-2.0-or-later"),
        ("GPL (>= 2.0)", "GPL-2.0-or-later"),
        ("GPL (>=2)", "GPL-2.0-or-later"),
        ("GPL (== 3)", "GPL-3.0-only"),
        ("GPL (> 2)", "GPL-2.0-or-later"),
        ("GPL (>= 2, < 4)", "GPL-2.0-or-later"),
        ("GPL-2", "GPL-2.0-only"),
        ("GPL", "GPL-2.0-or-later"),
        ("GPL-2 | GPL-3", "GPL-2.0-or-later"),
        ("LGPL-2.1 | LGPL-3", "LGPL-2.1-or-later"),
        ("LGPL (>= 2.1) | file COPYING", "LGPL-2.1-or-later"),
        ("AGPL-3 | file LICENSE", "AGPL-3.0-only"),
        ("MIT + file LICENSE", "MIT"),
        ("GPL-2 | MIT + file LICENSE", "GPL-2.0-only OR MIT"),
        ("BSD_2_clause + file LICENSE", "BSD-2-Clause"),
        ("BSD_3_clause + file LICENCE", "BSD-3-Clause"),
        ("Apache License (>= 2.0)", "Apache-2.0"),
        ("Apache License 2.0", "Apache-2.0"),
        ("Apache License (== 2.0) | file LICENSE", "Apache-2.0"),
        ("Artistic-2.0", "Artistic-2.0"),
        ("CC0", "CC0-1.0"),
        ("CC BY 4.0", "CC-BY-4.0"),
        ("CeCILL-2", "CECILL-2.0"),
        ("EUPL (>= 1.2)", "EUPL-1.2"),
        ("EUPL-1.2", "EUPL-1.2"),
        ("MPL-2.0 | file LICENSE", "MPL-2.0"),
        ("Mozilla Public License 2.0", "MPL-2.0"),
        ("GNU General Public License (>= 3)", "GPL-3.0-or-later"),
        ("GPL (>= 2.15.1)", "GPL-2.0-or-later"),
        ("LGPL-2 | LGPL-2.1 | LGPL-3", "LGPL-2.0-or-later"),
        ("LGPL-3 | GPL-3", "LGPL-3.0-only OR GPL-3.0-only"),
        ("GNU Lesser General Public License", "LGPL-2.0-or-later"),
        ("GNU General Public License, version 3", "GPL-3.0-only"),
        ("Mozilla Public License Version 2.0", "MPL-2.0"),
        ("Common Public License Version 1.0", "CPL-1.0"),
        ("CC BY-NC-SA 3.0", "CC-BY-NC-SA-3.0"),
        ("CC0 1.0", "CC0-1.0"),
        ("Unlimited", "LicenseRef-Unlimited"),
        ("MIT + file LICENSE | Unlimited", "MIT"),
        ("file LICENSE", ""),
        ("what the author likes", ""),
        ("GPL-2 | what the author likes", ""),
        ("GPL (>= ..)", ""),
        ("", ""),
    ],
)
def test_licences_of_r_are_said_in_spdx(field, spdx):
    assert parse_license(field).spdx == spdx


@pytest.mark.parametrize(
    ("field", "files"),
    [
        ("MIT + file LICENSE", ("LICENSE",)),
        ("GPL-2 | file inst/LICENCE", ("inst/LICENCE",)),
        ("MIT+file LICENSE", ("LICENSE",)),
        ("GPL-3", ()),
    ],
)
def test_files_with_terms_are_found(field, files):
    assert parse_license(field).files == files


@pytest.mark.parametrize(
    ("field", "texts"),
    [
        ("GPL (>= 2)", ("GPL-2", "GPL-3")),
        ("GPL-2", ("GPL-2",)),
        ("GPL", ("GPL-2", "GPL-3")),
        ("GPL version 2", ("GPL-2",)),
        ("GPL (>= 2.15)", ("GPL-2", "GPL-3")),
        ("LGPL (>= 2.1)", ("LGPL-2.1", "LGPL-3")),
        ("LGPL (== 2)", ("LGPL-2",)),
        ("MIT + file LICENSE", ("MIT",)),
        ("Apache License (>= 2.0)", ()),
        ("GPL-2 | MIT + file LICENSE", ("GPL-2", "MIT")),
        ("file LICENSE", ()),
    ],
)
def test_texts_that_r_has_itself_are_told(field, texts):
    assert parse_license(field).texts == texts


@pytest.mark.parametrize(
    ("field", "family"),
    [("GPL (>= 2)", "GPL2"), ("LGPL-3", "LGPL"), ("MIT + file LICENSE", "MIT"), ("X11", "")],
)
def test_family_is_one_that_conda_knows(field, family):
    assert parse_license(field).family == family
