"""Pages as tests read them: as a browser parses them, not by their markup."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fastapi.testclient import TestClient
from lxml import html

from flows.explorer.explorer import open_explorer
from flows.settings import Settings
from tests.support.explorer_client import client_of


@contextmanager
def pages_on(warehouse: Path, folder: Path) -> Iterator[TestClient]:
    """Yield a client for the pages on a warehouse that is only read; `folder` takes the index."""
    with (
        open_explorer(Settings(data_root=folder, warehouse_url=str(warehouse)), read_only=True) as explorer,
        client_of(explorer) as client,
    ):
        yield client


def page(client: TestClient, path: str) -> html.HtmlElement:
    """Return a page that is there."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return html.fromstring(answer.content.decode())


def by_id(document: html.HtmlElement) -> dict[str, html.HtmlElement]:
    """Return the elements with an id, each of which is there once."""
    elements = [element for element in document.iter() if element.get("id")]
    found = {str(element.get("id")): element for element in elements}
    assert len(found) == len(elements), "an id is there twice"
    return found


def text(element: html.HtmlElement) -> str:
    """Return the text of an element with single blanks."""
    return " ".join(element.text_content().split())


def inner_links(document: html.HtmlElement) -> list[str]:
    """Return the fragments that links of a page lead to on the page itself."""
    return [link[1:] for link in document.xpath("//a/@href") if link.startswith("#")]
