"""Resources of an OFD document: pictures, drawings that are used several times, and parameters of drawing.

Owns which resource an ID stands for: those of a page are added to those of its document.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from extractors.ofd.package import Element, Package, children, folder_of, text_of

_LONGEST_CHAIN = 16
"""Parameters that take what they lack from others, which do so in turn."""


@dataclass(frozen=True, slots=True)
class Resources:
    """What the objects of a page name by ID."""

    package: Package
    parameters: Mapping[str, Element] = field(default_factory=dict)
    drawings: Mapping[str, Element] = field(default_factory=dict)
    pictures: Mapping[str, str] = field(default_factory=dict)
    """ID → name of the member; empty where the file lacks it."""

    def with_part(self, place: str, *folders: str) -> Resources:
        """Return these resources and those of a part. Raise Unreadable if the file lacks it."""
        name = self.package.require(place, *folders)
        root = self.package.tree(name)
        own = _folders(root, name)
        pictures = {
            media.get("ID", ""): self.package.find(text_of(media.find("MediaFile")), *own, *folders) or ""
            for media in children(root, "MultiMedias/MultiMedia")
        }
        return replace(
            self,
            parameters={**self.parameters, **_by_id(root, "DrawParams/DrawParam")},
            drawings={**self.drawings, **_by_id(root, "CompositeGraphicUnits/CompositeGraphicUnit")},
            pictures={**self.pictures, **pictures},
        )

    def chain_of(self, parameter: str | None) -> Iterator[Element]:
        """Yield the parameters of an ID, then those from which they take what they lack."""
        for _ in range(_LONGEST_CHAIN):
            found = self.parameters.get(parameter or "")
            if found is None:
                return
            yield found
            parameter = found.get("Relative")


def _folders(root: Element, name: str) -> tuple[str, str]:
    """Return where the files of a part are looked for: in its BaseLoc, else beside it."""
    folder, base = folder_of(name), root.get("BaseLoc", "").replace("\\", "/")
    return (base.lstrip("/") if base.startswith("/") else f"{folder}/{base}"), folder


def _by_id(root: Element, path: str) -> dict[str, Element]:
    return {element.get("ID", ""): element for element in children(root, path)}
