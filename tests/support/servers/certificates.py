"""Certificates for TLS servers on loopback, made by the openssl program at the moment of the test."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate that signs itself, and its key, in PEM files."""

    certificate: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        """Return what a server speaks with it; keys of any length are taken."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.load_cert_chain(self.certificate, self.key)
        return context


def make_certificate(folder: Path, name: str, bits: int = 2048) -> Certificate:
    """Make a certificate for the host `name`, good for a day; skip the test if there is no openssl."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("the openssl program is not installed, which makes the certificates of this test")
    made = Certificate(folder / f"{name}-{bits}.pem", folder / f"{name}-{bits}.key")
    subject = ("-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-days", "1")
    output = ("-keyout", str(made.key), "-out", str(made.certificate))
    command = [program, "req", "-x509", "-nodes", "-newkey", f"rsa:{bits}", *subject, *output]
    subprocess.run(command, check=True, capture_output=True)
    return made
