"""The parts of an OFD file: members of a zip container that name each other by places.

Owns how a place leads to a part, whatever slashes, cases and encodings the maker of the file used for its name, and
which files are refused as a whole. Names of members are never used as paths of this machine.
"""

from __future__ import annotations

import posixpath
import zipfile
from dataclasses import dataclass

from lxml import etree

from extractors.document import Unreadable
from extractors.zip_container import member_name, open_package, read_member, tree_of

Element = etree._Element

_ENTRY = "OFD.xml"
_ENCRYPTED = ("encryptions.xml", "entriesmap.xml", "entriesmap.dat")
"""Members that files have whose parts are encrypted (GM/T 0099)."""


@dataclass(frozen=True, slots=True)
class Package:
    """An OFD file: its container, and the members by their names from the root with forward slashes."""

    container: zipfile.ZipFile
    members: dict[str, zipfile.ZipInfo]

    @property
    def entry(self) -> Element:
        """The part that lists the documents of the file."""
        return self.tree(_ENTRY)

    def find(self, place: str, *folders: str) -> str | None:
        """Return the name of the member at a place, which counts from the root or the first folder that has it."""
        place = place.strip().replace("\\", "/")
        for folder in ("",) if place.startswith("/") else (*folders, ""):
            name = posixpath.normpath(posixpath.join(folder, place.lstrip("/")))
            found = next((known for known in (name, name.casefold()) if known in self.members), None)
            if found:
                return found
        return None

    def require(self, place: str, *folders: str) -> str:
        """Return the same. Raise Unreadable if there is no such member."""
        name = self.find(place, *folders)
        if name is None:
            raise Unreadable(f"the file is damaged: it lacks its part {place.strip():.80}")
        return name

    def tree(self, name: str) -> Element:
        """Return the XML of a member, its tags without their namespaces. Raise Unreadable if it is damaged."""
        if name not in self.members:
            raise Unreadable(f"the file is damaged: it lacks its part {name:.80}")
        root = tree_of(self.container, self.members[name])
        for element in root.iter(etree.Element):
            element.tag = etree.QName(element).localname
        return root

    def read(self, name: str) -> bytes:
        """Return the bytes of a member. Raise Unreadable if it is damaged."""
        return read_member(self.container, self.members[name])


def open_ofd(body: bytes) -> Package:
    """Return the parts of a file. Raise Unreadable for one that is damaged, encrypted or beyond the limits."""
    container = open_package(body)
    members: dict[str, zipfile.ZipInfo] = {}
    for member in container.infolist():
        name = posixpath.normpath(member_name(member).replace("\\", "/").lstrip("/"))
        if member.is_dir():
            continue
        if name in members:
            raise Unreadable(f"the file is damaged: it holds two parts {name:.80}")
        members[name] = member
    if any(posixpath.basename(name).casefold() in _ENCRYPTED for name in members):
        raise Unreadable("the OFD file is encrypted: ask for a file that is not")
    by_case = {name.casefold(): member for name, member in members.items()}
    return Package(container, by_case | members)


def folder_of(name: str) -> str:
    """Return the folder of a member."""
    return posixpath.dirname(name)


def children(element: Element | None, tag: str) -> list[Element]:
    """Return what stands under a path of tags in an element; nothing in none."""
    return [] if element is None else element.findall(tag)


def text_of(element: Element | None) -> str:
    """Return the text of an element without blanks around it; nothing for none."""
    return "" if element is None else "".join(map(str, element.itertext())).strip()
