"""Zip archives: the files in them that a reader reads, the likeliest report first.

Owns the order of the members, which of them are pages of one document, and what is refused for its size or nesting.
Never uses a member's name as a path, nor unpacks anything to disk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from extractors.document import Document, Unreadable
from extractors.formats import ReadMember
from extractors.media_type import media_type_of
from extractors.scans.pages import numbered, renumber_pages
from extractors.zip_container import SIZE_LIMIT, member_name, open_package
from extractors.zip_container import read_member as unpack_member

_MEDIA_TYPE = "application/zip"
MEDIA_TYPES = frozenset({_MEDIA_TYPE})

_DEEPEST = 2
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
        """Take some off. Raises Unreadable if that is more than is left."""
        self.left -= count
        if self.left < 0:
            raise Unreadable(f"the zip archive unpacks to more than {SIZE_LIMIT // 1_000_000} MB (a zip bomb?)")


@dataclass(frozen=True, slots=True)
class _File:
    """One file of the archive to read, or the pictures that are the pages of one; `reason` why there is none."""

    name: str
    bodies: tuple[bytes, ...]
    named_report: bool
    reason: str = ""


def unpack(body: bytes, read_member: ReadMember) -> Iterator[Document]:
    """Yield the first readings of all members, those that are named reports before others; then all further readings.

    `source` of a document is the name of its member, where there are several. Pictures are the pages of one document.
    Raises Unreadable for a damaged archive, one beyond the limits, one of several reports by the names in it, and where
    no member, or none of those that are named reports, can be read.
    """
    files = list(_files(body, 1, _Budget(SIZE_LIMIT)))
    named = any(file.named_report for file in files)
    reasons: list[str] = []
    further: list[tuple[str, Iterator[Document]]] = []
    for file in sorted(files, key=lambda file: not file.named_report):
        if named and not file.named_report and not further:
            break
        source = file.name if len(files) > 1 else ""
        documents = _read_file(file, read_member)
        try:
            first = next(documents)
        except Unreadable as error:
            reasons.append(f"{file.name:.60}: {error}")
            continue
        further.append((source, documents))
        yield replace(first, source=source)
    if not further:
        raise Unreadable(f"no member of the zip archive can be read ({'; '.join(reasons[:3]) or 'it is empty'})")
    for source, documents in further:
        yield from (replace(document, source=source) for document in documents)


def member_of(body: bytes, source: str) -> bytes:
    """Return the file of an archive that a reading with this `source` is of; empty stands for the only file.

    Raise Unreadable if there is none, or if several pictures are its pages.
    """
    found = [file for file in _files(body, 1, _Budget(SIZE_LIMIT)) if file.name == source or not source]
    if len(found) != 1 or len(found[0].bodies) != 1:
        raise Unreadable(f"the zip archive holds no single file {source:.60}")
    return found[0].bodies[0]


def _files(body: bytes, depth: int, budget: _Budget) -> Iterator[_File]:
    """Yield what is to be read of an archive and of those inside it: the largest first, all pictures together last."""
    if depth > _DEEPEST:
        raise Unreadable(f"archives nest deeper than {_DEEPEST} in the zip archive")
    pictures: dict[str, bytes] = {}
    with open_package(body) as archive:
        named = {member: member_name(member) for member in archive.infolist() if not member.is_dir()}
        members = [member for member, name in named.items() if not _SIDE_FILE.search(name)]
        members.sort(key=lambda member: member.file_size, reverse=True)
        _refuse_several([base for member in members if _REPORT.search(base := _base(named[member]))])
        for member in members:
            name = named[member]
            named_report = _REPORT.search(_base(name)) is not None
            try:
                budget.spend(member.file_size)
                content = unpack_member(archive, member)
                media_type = media_type_of(content)
                if media_type == _MEDIA_TYPE:
                    inner = list(_files(content, depth + 1, budget))
                    yield from (replace(file, named_report=named_report or file.named_report) for file in inner)
                elif media_type.startswith("image/"):
                    pictures[name] = content
                else:
                    yield _File(name, (content,), named_report)
            except Unreadable as error:
                yield _File(name, (), named_report, str(error))
    if pictures:
        names = sorted(pictures, key=_natural)
        bodies = tuple(pictures[name] for name in names)
        yield _File(names[0], bodies, any(_REPORT.search(_base(name)) for name in names))


def _natural(name: str) -> list[tuple[int, str]]:
    """Sort 第10页 behind 第2页.

    >>> sorted(["p10.png", "p2.png", "p1.png"], key=_natural)
    ['p1.png', 'p2.png', 'p10.png']
    """
    return [(int(digits), "") if digits else (-1, text) for digits, text in re.findall(r"(\d{1,18})|(\D+)", name)]


def _read_file(file: _File, read_member: ReadMember) -> Iterator[Document]:
    """Yield the readings of a file; of several pictures the one that shows their pages in order."""
    if file.reason:
        raise Unreadable(file.reason)
    if len(file.bodies) == 1:
        yield from read_member(file.bodies[0])
        return
    pages: list[Document] = []
    reasons: list[str] = []
    for body in file.bodies:
        try:
            pages += read_member(body)
        except Unreadable as error:
            reasons.append(str(error))
    if not pages:
        raise Unreadable(reasons[0])
    parts = chain.from_iterable(renumber_pages(page.parts for page in pages))
    yield replace(pages[0], parts=numbered(parts))


def _refuse_several(names: Sequence[str]) -> None:
    """Raise Unreadable if names of reports differ in their years, or two of them are files of one kind.

    The readings of all members count as those of one report: figures of another must not fill its gaps.
    """
    mains = [name for name in names if not _ANNEX.search(name)]
    endings = [ending for name in mains if (ending := name.rpartition(".")[2].lower()) not in _PAGES]
    years = {tuple(_YEAR.findall(name)) for name in mains} - {()}
    if len(years) > 1 or len(set(endings)) < len(endings):
        raise Unreadable(f"the zip archive holds several reports ({'; '.join(mains[:3]):.120}): ingest them one by one")


def _base(name: str) -> str:
    return name.rpartition("/")[2]
