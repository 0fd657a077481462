import pytest

from conda_sluice.discover.license_fields import license_in_fields
from projects import write_files

DEP5 = "Format: x\n\nFiles: trips.png\nLicense: CC0-1.0\n\nFiles: *\nCopyright: me\nLicense: {}\n"
REUSE = '[[annotations]]\npath = {}\nSPDX-License-Identifier = "ISC"\n'


@pytest.mark.parametrize(
    ("file", "content", "spdx"),
    [
        ("trips.spec", "Name: trips\nLicense:  LGPLv3+ \n", "LGPL-3.0-or-later"),
        ("trips.pc.in", "Name: trips\nLicense: MIT\n", "MIT"),
        ("CITATION.cff", "title: Trips\nlicense: 'BSD-3-Clause'\n", "BSD-3-Clause"),
        ("codemeta.json", '{"license": "https://spdx.org/licenses/MIT.html"}', "MIT"),
        ("package.json", '{"license": "ISC"}', "ISC"),
        (".reuse/dep5", DEP5.format("Expat"), "MIT"),
        ("debian/copyright", DEP5.format("GPL-2.0+"), "GPL-2.0-or-later"),
        ("REUSE.toml", REUSE.format('["src/**", "**"]'), "ISC"),
        ("REUSE.toml", REUSE.format('"*.png"'), ""),
        ("package.json", '{"license": "see the file"}', ""),
        ("README", "License: MIT", ""),
    ],
)
def test_a_licence_is_read_from_files_that_name_it(tmp_path, file, content, spdx):
    assert license_in_fields(write_files(tmp_path, {file: content})) == spdx
