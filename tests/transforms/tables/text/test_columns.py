"""The header of a table in running text: in the order of the form, in another one, or with labels lost."""

from __future__ import annotations

import pytest

from transforms.forms.layout import layouts
from transforms.tables.text.columns import header_of

FORM, BLOCK = next(
    (table, table.blocks[0])
    for layout in layouts()
    if layout.edition == "60号"
    for table in layout.tables
    if table.table == "requests"
)


@pytest.mark.parametrize(
    ("printed", "lost", "in_order"),
    [
        ("自然人商业企业科研机构社会公益组织法律服务机构其他总计", 0, True),
        ("自然人科研机构商业企业社会公益组织法律服务机构其他总计", 0, False),
        ("自然人商业企科研机社会公法律服其他业构益组织务机构总计", 4, True),
        ("自然人科研机商业企社会公法律服其他构业益组织务机构总计", 4, False),
    ],
    ids=["as the form", "another order", "lines across", "lines across, another order"],
)
def test_lines_that_are_read_across_keep_the_order_of_their_labels(printed: str, lost: int, in_order: bool) -> None:
    header = header_of(printed, BLOCK, FORM)
    assert (len(header.lost), header.in_order) == (lost, in_order)
