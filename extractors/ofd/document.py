"""The documents of an OFD file → their pages in order, each with what is drawn on it and the resources for that.

Owns which version of a document is the current one, and what belongs to a page: its layers, templates and annotations.
Seals and attachments do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from extractors.document import Unreadable
from extractors.ofd.package import Element, Package, children, folder_of, text_of
from extractors.ofd.resources import Resources
from extractors.ofd.values import box_of, is_true

_PAPER = (0.0, 0.0, 210.0, 297.0)
_LAYERS = {"Background": 0.0, "Body": 1.0, "Foreground": 2.0}
_TEMPLATES = {"Background": -1.0, "Body": 0.5, "Foreground": 3.0}
"""In which order the layers of a page, and of the templates under, in and over it, are drawn."""
_MARKINGS = frozenset({"Path", "Highlight"})
"""Annotations that strike out, underline or cover what lies below; links, watermarks and stamps do not change it."""
MOST_PAGES = 2_000


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its size in millimetres, and what is drawn on it in the order of drawing.

    `markings` are the appearances of annotations, whose texts are no text of the page.
    """

    width: float
    height: float
    layers: tuple[Element, ...]
    markings: tuple[Element, ...]
    resources: Resources


def pages_of(package: Package) -> Iterator[Page]:
    """Yield the pages of all documents of a file. Raise Unreadable where a part that shows something is missing."""
    count = 0
    for body in children(package.entry, "DocBody"):
        for page in _pages(package, _root_of(package, body)):
            count += 1
            if count > MOST_PAGES:
                raise Unreadable(f"the OFD file has more than {MOST_PAGES} pages")
            yield page
    if not count:
        raise Unreadable("the OFD file has no page")


def _root_of(package: Package, body: Element) -> str:
    """Return the name of the part that describes a document, in its current version if it has several."""
    for version in children(body, "Versions/Version"):
        if is_true(version, "Current", default=False):
            name = package.require(version.get("BaseLoc", ""))
            root = package.tree(name).find("DocRoot")
            return package.require(text_of(root), folder_of(name))
    return package.require(text_of(body.find("DocRoot")))


def _pages(package: Package, root: str) -> Iterator[Page]:
    document, folder = package.tree(root), folder_of(root)
    shared = document.find("CommonData")
    resources = Resources(package)
    for listed in (*children(shared, "PublicRes"), *children(shared, "DocumentRes")):
        resources = resources.with_part(text_of(listed), folder)
    templates = {template.get("ID", ""): template for template in children(shared, "TemplatePage")}
    markings = _markings(package, document, folder)
    for listed in children(document, "Pages/Page"):
        yield _page(package, (folder, shared, listed), resources, templates, markings.get(listed.get("ID", ""), ()))


def _page(
    package: Package,
    place: tuple[str, Element | None, Element],
    resources: Resources,
    templates: Mapping[str, Element],
    markings: tuple[Element, ...],
) -> Page:
    folder, shared, listed = place
    page, resources = _with_resources(package, listed, folder, resources)
    drawn = [(_LAYERS.get(layer.get("Type", ""), _LAYERS["Body"]), layer) for layer in children(page, "Content/Layer")]
    for used in children(page, "Template"):
        template = templates.get(used.get("TemplateID", ""))
        if template is None:
            raise Unreadable("the file is damaged: a page names a template that is not there")
        under, resources = _with_resources(package, template, folder, resources)
        order = _TEMPLATES.get(used.get("ZOrder") or template.get("ZOrder") or "", _TEMPLATES["Background"])
        drawn += [(order, layer) for layer in children(under, "Content/Layer")]
    boxes = (box_of(text_of(area.find("PhysicalBox"))) for area in _areas(page, shared))
    _, _, width, height = next((box for box in boxes if box), _PAPER)
    layers = tuple(layer for _, layer in sorted(drawn, key=lambda one: one[0]))
    return Page(width, height, layers, markings, resources)


def _areas(page: Element, shared: Element | None) -> list[Element]:
    return [*children(page, "Area"), *children(shared, "PageArea")]


def _with_resources(package: Package, listed: Element, folder: str, resources: Resources) -> tuple[Element, Resources]:
    """Return the content of a page, or of a template, and the resources with its own."""
    name = package.require(listed.get("BaseLoc", ""), folder)
    content = package.tree(name)
    for part in children(content, "PageRes"):
        resources = resources.with_part(text_of(part), folder_of(name), folder)
    return content, resources


def _markings(package: Package, document: Element, folder: str) -> dict[str, tuple[Element, ...]]:
    """Return the appearances of the annotations that mark what lies below them, by the page's ID."""
    found: dict[str, tuple[Element, ...]] = {}
    for place in children(document, "Annotations"):
        index = package.require(text_of(place), folder)
        for page in children(package.tree(index), "Page"):
            name = package.require(text_of(page.find("FileLoc")), folder_of(index), folder)
            own = children(package.tree(name), "Annot")
            shown = [one for one in own if one.get("Type") in _MARKINGS and is_true(one, "Visible", default=True)]
            appearances = tuple(look for one in shown for look in children(one, "Appearance"))
            found[page.get("PageID", "")] = found.get(page.get("PageID", ""), ()) + appearances
    return found
