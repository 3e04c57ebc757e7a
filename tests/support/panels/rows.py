"""A simulated country as rows of the warehouse."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import numpy as np

from tests.support.panels.country import Country
from tests.support.warehouse.rows import report
from transforms.forms.layout import code_columns
from warehouse.paths import Partition
from warehouse.publish.manifest import compact_manifest
from warehouse.publish.write import publish_many
from warehouse.schema import Row
from warehouse.storage.store import Folder


def publish_country(warehouse: Path, country: Country) -> None:
    """Publish all reports of a country."""
    publish_many(warehouse, partitions_of(country).items())
    compact_manifest(Folder(warehouse))


def partitions_of(country: Country) -> dict[Partition, dict[str, list[Row]]]:
    """Return the rows of all reports by partition and table."""
    sentences = dict(zip(country.scopes["report_id"], country.scopes["sentence"], strict=True))
    found: defaultdict[Partition, defaultdict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for at, row in enumerate(country.reports.to_dict("records")):
        rows = found[Partition(row["jurisdiction"], row["year"])]
        identity = {"agency": row["agency"], "agency_id": row["agency_id"], "agency_kind": row["kind"]}
        rows["reports"].append(report(row["report_id"], **identity))
        text = f"{sentences.get(row['report_id'], '本报告依据条例编制')}。"
        chapter = {"report_id": row["report_id"], "position": 0, "section": None, "heading": None, "text": text}
        rows["sections"].append(chapter)
        for table, figure in _figures(country, row["report_id"], at):
            rows[table].append(figure)
    return {partition: dict(rows) for partition, rows in found.items()}


def _figures(country: Country, report_id: str, at: int) -> Iterator[tuple[str, Row]]:
    for (table, cell), values in country.cells.items():
        blank = np.isnan(values[at])
        value = None if blank else f"{values[at]:.4f}".rstrip("0").rstrip(".")
        codes = dict(zip(code_columns()[table], cell.split("/"), strict=True))
        evidence = {"raw": value or "", "state": "blank" if blank else "number", "method": "html", "confidence": 1.0}
        number = None if value is None else Decimal(value) if table == "disclosures" else int(value)
        own = {"unit": "万元" if "fee" in cell else "件"} if table == "disclosures" else {}
        yield table, {"report_id": report_id, **codes, "value": number, **own, **evidence}
