"""Zip containers (archives, Word, Excel and OFD files), opened with limits on what comes out of them.

Owns those limits and the reasons to refuse a container. Never uses a member's name as a path.
"""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib

from lxml import etree

from extractors.document import Unreadable

SIZE_LIMIT = 200_000_000
"""Bytes that all members of a container may unpack to."""
MEMBER_LIMIT = 1_000
RATIO_LIMIT = 200
"""Times that a member may be larger than it is packed. Deflate reaches 1,032 on a file of one repeated byte."""

_RATIO_MATTERS_FROM = 1_000_000  # bytes: a short text of blanks is packed as well as a bomb is
_ENCRYPTED = 0x1  # bit 0 of the general purpose flags (APPNOTE 4.4.4)
_UTF_8 = 0x800  # bit 11 of them: the name is in UTF-8

# What zipfile and the decompressors below it run into where a damaged file says nonsense.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    ValueError,
)


def open_package(body: bytes) -> zipfile.ZipFile:
    """Return the container whose members `read_member` reads.

    Raises Unreadable for a damaged one, and for one that says that it unpacks to more than the limits.
    """
    try:
        package = zipfile.ZipFile(io.BytesIO(body))
    except _DAMAGE as error:
        raise Unreadable(f"the zip container is damaged ({error!r:.80})") from error
    members = package.infolist()
    if len(members) > MEMBER_LIMIT:
        raise Unreadable(f"the zip container holds {len(members)} members, more than {MEMBER_LIMIT}")
    if sum(member.file_size for member in members) > SIZE_LIMIT:
        raise Unreadable(f"the zip container unpacks to more than {SIZE_LIMIT // 1_000_000} MB (a zip bomb?)")
    if any(_is_bomb(member) for member in members):
        raise Unreadable(f"the zip container unpacks to more than {RATIO_LIMIT} times its size (a zip bomb?)")
    return package


def _is_bomb(member: zipfile.ZipInfo) -> bool:
    return member.file_size > _RATIO_MATTERS_FROM and member.file_size > RATIO_LIMIT * member.compress_size


def read_member(package: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Return the bytes of one member, never more than it declares: a member that unpacks to more fails its checksum.

    Raises Unreadable if it is encrypted or damaged.
    """
    if member.flag_bits & _ENCRYPTED:
        raise Unreadable("it is protected by a password: ask for a file without one")
    try:
        return package.read(member)
    except (*_DAMAGE, RuntimeError) as error:  # the latter for ways of packing that zipfile has no module for
        raise Unreadable(f"the zip container is damaged ({error!r:.80})") from error


def member_name(member: zipfile.ZipInfo) -> str:
    """Return the name of a member.

    Without the flag for UTF-8, Windows writes the bytes of GBK, which zipfile reads as cp437.

    >>> member_name(zipfile.ZipInfo("年报.doc".encode("gbk").decode("cp437")))
    '年报.doc'
    """
    if member.flag_bits & _UTF_8:
        return member.filename
    try:
        name = member.filename.encode("cp437")
    except UnicodeEncodeError:  # zipfile sets the flag only once it writes
        return member.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return name.decode(encoding)
        except UnicodeDecodeError:
            continue
    return member.filename


def read_tree(package: zipfile.ZipFile, name: str) -> etree._Element:
    """Return the XML of the member of a name, as `tree_of` does. Raises Unreadable if there is no such member, too."""
    try:
        member = package.getinfo(name)
    except KeyError as error:
        raise Unreadable(f"the file is damaged: it lacks its part {name:.80}") from error
    return tree_of(package, member)


def tree_of(package: zipfile.ZipFile, member: zipfile.ZipInfo) -> etree._Element:
    """Return the XML of a member, without comments; entities are left alone and nothing is fetched.

    Raises Unreadable where it is damaged.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(read_member(package, member), parser)
    except etree.XMLSyntaxError as error:
        name = member_name(member)
        raise Unreadable(f"the file is damaged: its part {name:.80} is no XML ({error!s:.80})") from error
