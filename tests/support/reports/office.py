"""Reports as old office files (DOC, WPS, RTF, XLS), real pages as Word files and PDF: what LibreOffice makes of others.

A start of LibreOffice costs seconds, hence one for many files.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

FILTERS = {
    "doc": "MS Word 97",
    "docx": "MS Word 2007 XML",
    "pdf": "writer_pdf_Export",
    "rtf": "Rich Text Format",
    "xls": "MS Excel 97",
}

needs_office = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed")


def convert_all(files: Mapping[str, bytes], ending: str) -> dict[str, bytes]:
    """Files by name → the same files of another kind by the stem of their name, all in one start of LibreOffice."""
    with TemporaryDirectory() as folder:
        sources = [Path(folder, name) for name in files]
        for source in sources:
            source.write_bytes(files[source.name])
        options = ["--headless", "--norestore", f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"]
        conversion = ["--convert-to", f"{ending}:{FILTERS[ending]}", "--outdir", str(Path(folder, "converted"))]
        if any(source.suffix in (".html", ".txt") for source in sources):
            conversion = ["--writer", *conversion]
        command = ["soffice", *options, *conversion, *map(str, sources)]
        subprocess.run(command, check=True, capture_output=True, timeout=240)
        return {path.stem: path.read_bytes() for path in Path(folder, "converted").iterdir()}
