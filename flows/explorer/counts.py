"""The numbers of tables that print a unit with each, as numbers of documents or cases.

Owns the SQL of that: it runs in the index, and as it is in `nianbao query`.
"""

from __future__ import annotations

_COUNTING = ("件", "条", "次", "宗", "份", "个", "起", "人", "项")
"""Units of a number of documents, cases or people; without any unit, a number counts what its row is declared to."""
_NAMES = ", ".join(f"'{unit}'" for unit in ("", *_COUNTING))
COUNT = f"""CASE WHEN coalesce(regexp_replace(unit, '^[万亿]', ''), '') IN ({_NAMES})
            THEN coalesce(value, implied) * CASE left(unit, 1) WHEN '万' THEN 10000 WHEN '亿' THEN 100000000 ELSE 1 END
        END"""
"""The count that a row tells in its columns value, implied and unit: of 1.2 万件 12,000; null in 元, which is none."""
