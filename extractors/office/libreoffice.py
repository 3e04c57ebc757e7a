"""LibreOffice, which converts old office files to the formats that are read here.

Owns running the program: a profile of its own, a time limit, nothing left behind. Documents may name pictures and links
anywhere; the profile forbids following them.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from extractors.document import Unreadable

TIME_LIMIT = 120.0
"""Seconds for one file; a start alone costs about three."""
PROGRAM = "soffice"

_FILTERS = {"docx": "MS Word 2007 XML", "xlsx": "Calc MS Excel 2007 XML"}
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks"><value>true</value></prop>
<prop oor:name="DisableMacrosExecution"><value>true</value></prop>
</item>
<item oor:path="/org.openoffice.Inet/Settings">
<prop oor:name="ooInetProxyType"><value>2</value></prop>
<prop oor:name="ooInetHTTPProxyName"><value>127.0.0.1</value></prop>
<prop oor:name="ooInetHTTPProxyPort"><value>9</value></prop>
<prop oor:name="ooInetHTTPSProxyName"><value>127.0.0.1</value></prop>
<prop oor:name="ooInetHTTPSProxyPort"><value>9</value></prop>
<prop oor:name="ooInetNoProxy"><value></value></prop>
</item>
</oor:items>
"""


def convert(body: bytes, suffix: str, target: str, time_limit: float = TIME_LIMIT) -> bytes:
    """Return the bytes of a file of the kind `suffix` as `docx` or `xlsx` (`target`).

    Raises Unreadable if LibreOffice is missing, takes longer than `time_limit` (in seconds), or cannot open it.
    """
    program = shutil.which(PROGRAM)
    if program is None:
        raise Unreadable(
            f"a file of the kind {suffix} needs LibreOffice: "
            "install it (Debian: libreoffice-writer-nogui, libreoffice-calc-nogui) and run again"
        )
    with TemporaryDirectory(prefix="nianbao-office-") as folder:
        source, profile = Path(folder, f"source.{suffix}"), Path(folder, "profile")
        source.write_bytes(body)
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(_PROFILE, "utf-8")
        options = ["--headless", "--norestore", f"-env:UserInstallation={profile.as_uri()}"]
        conversion = ["--convert-to", f"{target}:{_FILTERS[target]}", "--outdir", folder, str(source)]
        output = _run([program, *options, *conversion], time_limit)
        converted = source.with_suffix(f".{target}")
        if not converted.exists():
            raise Unreadable(f"LibreOffice cannot open the file (damaged, or protected by a password?): {output:.120}")
        return converted.read_bytes()


def _run(command: list[str], time_limit: float) -> str:
    """Return what a command printed, on one line. Raises Unreadable if it fails, or takes longer than the limit."""
    # The program starts others: all are in one session, so that none of them outlives the time limit.
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=time_limit)
    except subprocess.TimeoutExpired as error:
        raise Unreadable(f"LibreOffice took longer than {time_limit:.0f} seconds") from error
    finally:
        _end(process)
    line = " ".join(output.decode("utf-8", "replace").split())
    if process.returncode != 0:
        raise Unreadable(f"LibreOffice failed with exit code {process.returncode}: {line:.120}")
    return line


def _end(process: subprocess.Popen[bytes]) -> None:
    """End what is left of a process and of those that it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        # All of them hold the pipe open: its end says that the last one is gone.
        process.communicate()
