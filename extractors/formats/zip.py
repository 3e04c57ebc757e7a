"""Zip archives: the files in them that a reader reads, the likeliest report first.

Owns the order of the members, and what is refused for its size or nesting. Must not use a member's name as a path, nor
unpack anything to disk.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractors.document import Document
from extractors.package import SIZE_LIMIT, open_package, read_member
from extractors.reader import Unreadable, readers
from extractors.sniff import sniff

_MEDIA_TYPE = "application/zip"
MEDIA_TYPES = frozenset({_MEDIA_TYPE})

_DEEPEST = 2
_UTF_8 = 0x800  # bit 11 of the general purpose flags (APPNOTE 4.4.4): the name is in UTF-8
_REPORT = re.compile("年度报告|年报")
_ANNEX = re.compile("附[件表]|统计表")
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_PAGES = frozenset({"jpg", "jpeg", "png", "gif", "bmp", "tif", "tiff"})
"""Endings of pictures: several of them are the pages of one report."""
_SIDE_FILE = re.compile(
    r"(?:^|/)(?:__MACOSX/|\.(?!\.*/)|~\$|Thumbs\.db$)"
)  # what systems and editors leave beside files


@dataclass(slots=True)
class _Budget:
    """Bytes that may still be unpacked, archives inside the archive included."""

    left: int

    def spend(self, count: int) -> None:
        """Takes some off. Raises Unreadable where that is more than is left."""
        self.left -= count
        if self.left < 0:
            raise Unreadable(f"the zip archive unpacks to more than {SIZE_LIMIT // 1_000_000} MB (a zip bomb?)")


def read(body: bytes, content_type: str | None = None) -> Iterator[Document]:  # noqa: ARG001 (same call for every kind)
    """The readings of the members, one member after the other; members that are named reports come first.

    Raises Unreadable for a damaged archive, one beyond the limits, one of several reports, and where no member, or
    none of those that are named reports, can be read.
    """
    yield from _readings(body, 1, _Budget(SIZE_LIMIT))


def _readings(body: bytes, depth: int, budget: _Budget) -> Iterator[Document]:
    if depth > _DEEPEST:
        raise Unreadable(f"archives nest deeper than {_DEEPEST} in the zip archive")
    with open_package(body) as archive:
        named = {member: member_name(member) for member in archive.infolist() if not member.is_dir()}
        members = [member for member, name in named.items() if not _SIDE_FILE.search(name)]
        members.sort(key=lambda member: member.file_size, reverse=True)
        reports = [member for member in members if _REPORT.search(_base(named[member]))]
        _refuse_several([_base(named[member]) for member in reports])
        read_any = False
        reasons: list[str] = []
        for group in (reports, [member for member in members if member not in reports]):
            for member in group:
                try:
                    for document in _member_readings(archive, member, depth, budget):
                        read_any = True
                        yield document
                except Unreadable as error:
                    reasons.append(f"{named[member]:.60}: {error}")
            if reasons and not read_any:
                break
        if not read_any:
            raise Unreadable(f"no member of the zip archive can be read ({'; '.join(reasons[:3]) or 'it is empty'})")


def _member_readings(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, depth: int, budget: _Budget
) -> Iterator[Document]:
    budget.spend(member.file_size)
    body = read_member(archive, member)
    media_type = sniff(body)
    if media_type == _MEDIA_TYPE:
        yield from _readings(body, depth + 1, budget)
    elif media_type in readers():
        yield from readers()[media_type].read(body)
    else:
        raise Unreadable(f"no reader for {media_type}")


def _refuse_several(names: Sequence[str]) -> None:
    """Raises Unreadable where names of reports differ in their years, or two of them are files of one kind.

    The readings of all members count as those of one report: figures of another must not fill its gaps.
    """
    mains = [name for name in names if not _ANNEX.search(name)]
    endings = [ending for name in mains if (ending := name.rpartition(".")[2].lower()) not in _PAGES]
    years = {tuple(_YEAR.findall(name)) for name in mains} - {()}
    if len(years) > 1 or len(set(endings)) < len(endings):
        raise Unreadable(f"the zip archive holds several reports ({'; '.join(mains[:3]):.120}): ingest them one by one")


def _base(name: str) -> str:
    return name.rpartition("/")[2]


def member_name(member: zipfile.ZipInfo) -> str:
    """The name of a member; without the flag for UTF-8, Windows writes the bytes of GBK where zipfile reads cp437.

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
