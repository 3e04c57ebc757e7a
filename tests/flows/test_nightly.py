"""The nightly flow over several portals at once, as a user starts it."""

from __future__ import annotations

from pathlib import Path

from extractors.portal import write_portal
from tests.flows.command import nianbao
from tests.flows.county import GOVERNMENT, County
from warehouse.query import connect, run


def test_a_portal_that_fails_leaves_the_others_alone(county: County, tmp_path: Path) -> None:
    data = tmp_path / "data"
    with County() as second:
        for portal, years in ((county, (2022, 2023)), (second, (2020, 2021))):
            for year in years:
                portal.add(GOVERNMENT, year)
        good, other = county.place(data).portal, second.place(data).portal.model_copy(update={"id": "yichou"})
        down = good.model_copy(update={"id": "down", "homepage": "http://127.0.0.1:1/", "columns": ()})
        for one in (good, other, down):
            write_portal(one, data / "portals")
        allowed = f"{county.authority},{second.authority},127.0.0.1:1"
        done = nianbao(
            *("crawl", "jiazi", "yichou", "down", "--quiet"),
            folder=tmp_path,
            PREFECT_HOME=str(tmp_path / "prefect"),
            NIANBAO_ALLOW_PRIVATE_HOSTS=allowed,
            NIANBAO_RETRIES="0",
        )
    assert done.code == 1
    (line,) = done.error_lines
    assert line.startswith("failed: down: the list is incomplete: http://127.0.0.1:1/")
    with connect(data / "warehouse") as connection:
        assert run(connection, "SELECT year FROM reports ORDER BY year").rows == [(2020,), (2021,), (2022,), (2023,)]
        named = run(connection, "SELECT name FROM jurisdictions WHERE jurisdiction = 'CN-990101'").rows
    assert named == [("甲子县",)]
    status = nianbao("status", "--gaps", "--format", "csv", folder=tmp_path)
    assert "unreachable" in status.out
