"""Trees of pages with very much of something: refused at once, or parsed in bounded time."""

from __future__ import annotations

import pytest

from extractors.document import Unreadable
from extractors.html.tree import parse


@pytest.mark.parametrize("attribute", ["a{}=1", "a{}='>'", "a{}"])
def test_element_with_very_many_attributes_is_refused_at_once(attribute: str) -> None:
    attributes = " ".join(attribute.format(number) for number in range(100_000))
    with pytest.raises(Unreadable, match="attributes"):
        parse(f"<p>甲子县</p><div {attributes}>x</div>".encode())


def test_long_values_of_attributes_are_no_attributes() -> None:
    values = f"<img src='data:image/png;base64,{'QUJD ' * 20_000}'><p title=\"{'a word > ' * 20_000}\">甲子县</p>"
    assert [paragraph.text for paragraph in parse(values.encode()).iter("p")] == ["甲子县"]
