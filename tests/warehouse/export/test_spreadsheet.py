"""What LibreOffice makes of exported files: every text is a text, none a formula."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pyarrow as pa
import pytest
from lxml import etree

from tests.support.warehouse.exported import content_of, written

HOSTILE = [
    "=1+1",
    "+1",
    "-1+1",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    " =1+1",
    "\ufeff=1+1",
    "＝1+1",
    '=HYPERLINK("http://x")',
]
HOSTILE += ['","=1+1', "#REF!", "_x003D_1+1", "\0=1+1"]
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize(
    ("name", "options"), [("xlsx", []), ("csv", ["--infilter=Text - txt - csv (StarCalc):44,34,76,1,,0,false,true"])]
)
def test_no_text_is_a_formula_in_a_spreadsheet(tmp_path: Path, name: str, options: list[str]) -> None:
    rows = pa.table({"reason": HOSTILE, "url": HOSTILE})
    (tmp_path / f"rows.{name}").write_bytes(written(name, content_of("coverage", rows))[0])
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/home", "--headless", *options]
    command += ["--convert-to", "fods", "--outdir", str(tmp_path), str(tmp_path / f"rows.{name}")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    cells = list(etree.parse(tmp_path / "rows.fods").iter(f"{_TABLE}table-cell"))
    assert len(cells) > len(HOSTILE)
    assert [dict(cell.attrib) for cell in cells if f"{_TABLE}formula" in cell.attrib] == []
