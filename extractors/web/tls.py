"""TLS contexts: the modern one, and a permissive one for servers of an older kind. Both verify.

Owns the choice of ciphers and options, and the remedy that a TLS failure suggests.
"""

from __future__ import annotations

import ssl

from urllib3.util.ssl_ import create_urllib3_context

from extractors.web.deadline import TimedTLSSocket

_LEGACY_SERVER_CONNECT = 0x4  # ssl.OP_LEGACY_SERVER_CONNECT, named from Python 3.12

# X509_V_ERR_… of OpenSSL's x509_vfy.h: the certificate names another host; keys too small, a digest too weak
_OTHER_NAME = 62
_WEAK = frozenset({66, 67, 68})


def tls_context(ca_bundle: str | None, *, legacy: bool) -> ssl.SSLContext:
    """Return a TLS context that always verifies certificates and host names; `ca_bundle` adds trusted certificates.

    `legacy` is for servers that need renegotiation without its extension, short keys or SHA-1, or fail at other curves
    than P-256 (UNSAFE_LEGACY_RENEGOTIATION_DISABLED, DH key too small, BAD_ECPOINT: PORTALS §6). Raises OSError
    if the file cannot be read.
    """
    context = create_urllib3_context()
    context.sslsocket_class = TimedTLSSocket
    if ca_bundle:
        context.load_verify_locations(ca_bundle)
    if legacy:
        context.set_ciphers("DEFAULT:@SECLEVEL=1")
        context.options |= _LEGACY_SERVER_CONNECT
        context.set_ecdh_curve("prime256v1")
    return context


def tls_remedy(cause: BaseException, *, legacy: bool) -> str:
    """Return what may help after a TLS failure, to append to a reason; empty for other causes."""
    if isinstance(cause, ssl.SSLCertVerificationError) and cause.verify_code not in _WEAK:
        help_by_trust = "; to trust its issuer, put that certificate into the file of NIANBAO_CA_BUNDLE"
        return "" if cause.verify_code == _OTHER_NAME else help_by_trust
    if isinstance(cause, ssl.SSLError) and not legacy:
        return "; an exception `tls: {legacy: true}` in the portal's file lets older TLS be spoken"
    return ""
