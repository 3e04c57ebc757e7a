"""Word files as packages: the document itself, the styles and lists that it is shown with, and the files set into it.

Owns finding the parts (ECMA-376, part 2), and the names of the strict variant. Reads no text.
"""

from __future__ import annotations

import posixpath
import zipfile

from extractors.document import Unreadable
from extractors.office.word.styles import Element, W
from extractors.zip_container import read_member, read_tree

_RELATIONSHIPS = "_rels/.rels"
_CORE_PROPERTIES = "docProps/core.xml"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
# ISO/IEC 29500 Strict, an option of Word, has the same elements under another name.
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"


class WordPackage:
    """The parts of one Word file."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        self._package = package
        self._names = set(package.namelist())
        self._main = _main_part(package)
        self._related = self._relationships()

    def document(self) -> Element:
        """Return the document itself."""
        return _transitional(read_tree(self._package, self._main))

    def styles(self) -> Element | None:
        """Return the styles; None if there are none."""
        return self._part("styles")

    def numbering(self) -> Element | None:
        """Return the definitions of lists; None if there are none."""
        return self._part("numbering")

    def embedded(self, identifier: str) -> bytes | None:
        """Return the bytes of the part that a relationship names; None if it is none of this file."""
        _, name = self._related.get(identifier, ("", ""))
        return read_member(self._package, self._package.getinfo(name)) if name in self._names else None

    def title(self) -> str:
        """Return the title of the file's properties; empty if it has none."""
        if _CORE_PROPERTIES not in self._names:
            return ""
        return read_tree(self._package, _CORE_PROPERTIES).findtext(_TITLE) or ""

    def _part(self, kind: str) -> Element | None:
        name = next((name for each, name in self._related.values() if each == kind and name in self._names), None)
        return None if name is None else _transitional(read_tree(self._package, name))

    def _relationships(self) -> dict[str, tuple[str, str]]:
        """Return kind and name of the parts that the document refers to, by identifier."""
        folder, name = posixpath.split(self._main)
        relationships = posixpath.join(folder, "_rels", name + ".rels")
        if relationships not in self._names:
            return {}
        return {
            each.get("Id", ""): (
                each.get("Type", "").rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", folder, each.get("Target", ""))).lstrip("/"),
            )
            for each in read_tree(self._package, relationships)
            if each.get("TargetMode") != "External"
        }


def _main_part(package: zipfile.ZipFile) -> str:
    """Return the name of the part that holds the document itself."""
    for relationship in read_tree(package, _RELATIONSHIPS):
        if relationship.get("Type", "").endswith("/officeDocument"):
            return relationship.get("Target", "").lstrip("/")
    raise Unreadable("the Word file is damaged: it does not say which part is the document")


def _transitional(root: Element) -> Element:
    """Return the same tree, with the names of the usual variant of the format."""
    if root.tag.startswith(_STRICT):
        for element in root.iter(_STRICT + "*"):
            element.tag = element.tag.replace(_STRICT, W)
            for name in [name for name in element.attrib if str(name).startswith(_STRICT)]:
                element.set(str(name).replace(_STRICT, W), element.attrib.pop(name))
    return root
