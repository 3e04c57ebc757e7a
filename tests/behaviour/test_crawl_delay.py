"""A portal whose robots.txt asks for a day between requests, until that is mended: nothing of it stays."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.support.portals.county import GOVERNMENT, County


def test_nothing_of_a_long_crawl_delay_stays_once_it_is_mended(county: County, tmp_path: Path) -> None:
    county.add(GOVERNMENT, 2023)
    county.serve("/robots.txt", "User-agent: *\nCrawl-delay: 86400\n")
    place = county.place(tmp_path)
    refused = place.crawl()
    assert [alarm.kind for alarm in refused.alarms] == ["blocked"]
    assert "asks for 86,400 s" in refused.alarms[0].reason
    assert (refused.counts.published, county.targets()) == (0, [])
    county.serve("/robots.txt", "User-agent: *\n")
    mended = place.crawl()
    assert (mended.alarms, mended.failures, mended.counts.published) == ([], [], 1)
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as ledger:
        tables = [name for (name,) in ledger.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = [row for table in tables for row in ledger.execute(f"SELECT * FROM {table}")]
        assert ledger.execute("SELECT count(*) FROM rate_limits WHERE pause > 1").fetchone() == (0,)
    assert [row for row in rows if "86,400" in str(row) or "86400" in str(row) or "crawl_delay" in str(row)] == []
