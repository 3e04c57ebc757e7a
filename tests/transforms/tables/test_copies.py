"""When a document may print a table of the form twice."""

from __future__ import annotations

import pytest

from extractors.document import Block, Document
from transforms.forms.layout import TableLayout, layouts
from transforms.tables.document_view import DocumentView

_ONCE = "结果维持 结果纠正 其他结果 尚未审结 总计 " * 3
_MIXED = "结维持果 结纠正果 其结他果 审结尚未 总计 " * 3


def _proceedings() -> TableLayout:
    return next(table for table in layouts()[-1].tables if table.table == "proceedings")


@pytest.mark.parametrize(("text", "repeated"), [(_ONCE, False), (_ONCE + _ONCE, True), (_ONCE + _MIXED, True)])
def test_labels_whose_lines_are_mixed_are_labels(text: str, repeated: bool) -> None:
    view = DocumentView(Document("application/pdf", "text_flow", (Block(text),)))
    assert view.may_repeat(_proceedings()) is repeated
