"""Names of hosts: which belong to one owner, and which a list names.

Owns the rule of what counts as the same site.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit

# The second label that registries under a country code sell below: www.x.gov.cn belongs to x.gov.cn.
_SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "gov", "mil", "net", "org"})


def host_of(url: str) -> str:
    """Return the lower-case host name of `url` without its port; empty if it has none or is no URL.

    >>> host_of("http://WWW.Example.gov.cn:8080/a")
    'www.example.gov.cn'
    """
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # such as a bracket that is not closed
        return ""


def is_web_address(url: str) -> bool:
    """Return whether a URL names a host and, if any, a port that can be asked.

    >>> [is_web_address(f"http://x.cn{port}/") for port in ("", ":", ":8080", ":8O80", ":99999", ":80:80", ":0")]
    [True, True, True, False, False, False, False]
    """
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a bracket that is not closed, a port that is no number or too large a one
        return False


def registrable(host: str) -> str:
    """Return the part of a host name that one owner registered; an IP address is its own.

    >>> registrable("rst.hunan.gov.cn"), registrable("www.hunan.gov.cn"), registrable("a.example.com")
    ('hunan.gov.cn', 'hunan.gov.cn', 'example.com')
    >>> registrable("122.137.242.24")
    '122.137.242.24'
    """
    try:
        ipaddress.ip_address(host)
    except ValueError:
        labels = host.rstrip(".").split(".")
        country_code = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
        return ".".join(labels[-3:] if country_code else labels[-2:])
    return host


def same_site(one: str, other: str) -> bool:
    """Return whether two URLs belong to one owner; scheme, port and subdomain may differ.

    >>> same_site("http://www.x.gov.cn/a", "https://zwgk.x.gov.cn/b"), same_site("http://x.gov.cn", "http://y.gov.cn")
    (True, False)
    """
    host = host_of(one)
    return bool(host) and registrable(host) == registrable(host_of(other))


def is_listed(url: str, hosts: Collection[str]) -> bool:
    """Return whether the host of a URL is among `hosts`: a host stands for all its ports, "host:port" for this one.

    >>> [is_listed("http://www.y.gov.cn/nb/", [host]) for host in ("www.y.gov.cn", "www.y.gov.cn:80", "y.gov.cn")]
    [True, True, False]
    """
    return is_web_address(url) and not {listed_host(url), listed_host(url, every_port=False)}.isdisjoint(hosts)


def listed_host(url: str, *, every_port: bool = True) -> str:
    """Return the host of a web address as a list of hosts names it, for every port or for the one that is asked.

    >>> listed_host("https://X.gov.cn/nb/"), listed_host("https://[::1]/", every_port=False)
    ('x.gov.cn', '[::1]:443')
    """
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    return host if every_port else f"{host}:{parts.port or (443 if parts.scheme == 'https' else 80)}"
