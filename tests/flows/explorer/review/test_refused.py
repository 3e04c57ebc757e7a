"""What the desk refuses: other sites' forms, visitors who may only read, texts that are none, what has changed."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from flows.explorer.review import runner
from flows.ledger.run_lock import AlreadyRunning
from flows.workers.pool import ReadersStopped
from tests.flows.explorer.review.test_whole_way import GRANTED
from tests.support.desk import Desk, desk_of
from tests.support.warehouse.place import Place

FORMS = ("decisions/printed-so", "decisions/correction", "decisions/body", "decisions/no-report", "runs")
FILES = ("corrections.yml", "reviews.yml", "agencies.csv")


def files(root: Path) -> list[Path]:
    return [root / name for name in FILES if (root / name).exists()]


@pytest.mark.parametrize("form", FORMS)
def test_forms_of_other_sites_and_without_token_are_refused(refusing_desk: Desk, form: str) -> None:
    desk = refusing_desk
    finding = desk.finding("row_total", GRANTED)
    fields = {"reason": "seen", "by": "x", "prints": "1", "cell": "requests/granted/total", "body": "x", **finding}
    path = f"/en/{form}/"
    assert desk.client.post(path, data=fields).status_code == 403, "no token"
    assert desk.client.post(path, data={**fields, "form_token": "guess"}).status_code == 403
    own = {**fields, "form_token": desk.explorer.form_token}
    for origin in ("http://evil.example", "null", "http://localhost:1.evil.example"):
        assert desk.client.post(path, data=own, headers={"origin": origin}).status_code == 403
    assert desk.client.get(path).status_code in (200, 404, 405)
    assert files(desk.explorer.settings.data_root) == []
    assert desk.explorer.runner.state is None


def test_whoever_may_only_read_has_no_forms(place: Place) -> None:
    with desk_of(place, read_only=True) as desk:
        finding = desk.finding("row_total", GRANTED)
        for path in ("findings/", f"findings/{finding['finding']}/", "runs/"):
            assert 'method="post"' not in desk.get(f"/en/{path}")
            assert desk.explorer.form_token not in desk.get(f"/zh/{path}")
        for form in FORMS:
            assert desk.post(f"/en/{form}/", **finding).status_code == 403
    assert files(place.settings.data_root) == []


@pytest.mark.parametrize(
    ("what", "fields", "status"),
    [
        ("printed-so", {"reason": ""}, 400),
        ("printed-so", {"by": " "}, 400),
        ("printed-so", {"reason": "a\nb"}, 400),
        ("printed-so", {"reason": "\x1b[31m"}, 400),
        ("printed-so", {"by": "a" * 100_000}, 400),
        ("printed-so", {"capture": "0" * 64}, 409),
        ("printed-so", {"finding": "0" * 16}, 404),
        ("correction", {"cell": "requests/no/such", "prints": "1"}, 400),
        ("correction", {"cell": "../../etc/passwd", "prints": "1"}, 400),
        ("correction", {"cell": "requests/granted/total", "value": "many"}, 400),
        ("correction", {"cell": "requests/granted/total", "value": "NaN"}, 400),
        ("correction", {"cell": "requests/granted/total", "value": "1e999999"}, 400),
        ("correction", {"cell": "requests/granted/total"}, 400),
        ("correction", {"cell": "", "prints": "1"}, 400),
        ("correction", {"cell": "requests/granted/total", "value": "1.5"}, 400),
        ("correction", {"cell": "requests/granted/total", "prints": "l2"}, 400),
        ("correction", {"cell": "requests/granted/total", "prints": ""}, 400),
        ("correction", {"cell": "requests/granted/total", "prints": "1", "blank": "yes"}, 400),
        ("body", {"body": "", "how": "rename"}, 400),
        ("body", {"body": "乙丑县人民政府", "how": "merge"}, 400),
        ("no-report", {"url": "file:///etc/passwd"}, 400),
        ("no-report", {"capture": "0" * 64}, 400),
    ],
)
def test_what_is_no_decision_is_refused_with_a_reason(
    refusing_desk: Desk, what: str, fields: dict[str, str], status: int
) -> None:
    answer = refusing_desk.decide(what, refusing_desk.finding("row_total", GRANTED), **fields)
    assert answer.status_code == status, answer.text
    assert files(refusing_desk.explorer.settings.data_root) == []


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "a: b # c", "--- !!x", "'; DROP TABLE findings; --", "=1+1"]
)
def test_hostile_texts_are_text_everywhere(place: Place, desk: Desk, text: str) -> None:
    finding = desk.finding("row_total", GRANTED)
    assert desk.decide("printed-so", finding, reason=text, by=text).status_code == 303
    desk.run()
    assert [
        (str(why).startswith(f"{text} ({text}, "),)
        for (why,) in place.ask("SELECT settled FROM findings WHERE settled IS NOT NULL")
    ] == [(True,)]
    page = desk.get(f"/en/findings/{finding['finding']}/")
    assert "<script>alert" not in page
    assert desk.get("/en/findings/?state=settled")
    desk.client.cookies.clear()


@pytest.mark.parametrize("value", ["' OR 1=1 --", "%", "error'; DROP TABLE findings", "\0", "x" * 5000, "<b>"])
@pytest.mark.parametrize("name", ["severity", "check", "table", "place", "year", "state", "page", "done"])
def test_filters_are_values(refusing_desk: Desk, name: str, value: str) -> None:
    answer = refusing_desk.client.get("/en/findings/", params={name: value})
    assert answer.status_code == (400 if name == "page" else 200)
    assert "<b>" not in answer.text or answer.headers["content-type"] == "application/json"
    assert refusing_desk.finding("row_total", GRANTED)


def test_no_cell_is_chosen_before_anybody_looks(place: Place, desk: Desk) -> None:
    page = desk.get(f"/en/findings/{desk.finding('row_total', GRANTED)['finding']}/")
    for key in ("misread", "wrong"):
        choice = page[page.index(f'id="{key}-cell"') :]
        assert choice[choice.index("<option") :].startswith('<option value="">Choose a cell</option>')


def test_a_merge_during_another_run_is_refused(place: Place, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def runs_already(*_: object) -> None:
        raise AlreadyRunning("a crawl is going on")

    monkeypatch.setattr("flows.explorer.review.deciding.merge", runs_already)
    answer = desk.decide("body", desk.finding("row_total", GRANTED), body="乙丑县教育局", how="merge")
    assert (answer.status_code, "a crawl is going on" in answer.text) == (400, True)


def test_a_faulty_file_is_named_and_nothing_is_added(place: Place, desk: Desk) -> None:
    finding = desk.finding("row_total", GRANTED)
    path = place.settings.data_root / "reviews.yml"
    path.write_text("reviews:\n  - decision: perhaps\n", "utf-8")
    answer = desk.decide("printed-so", finding)
    assert (answer.status_code, str(path) in answer.text, "line 2" in answer.text) == (400, True, True)
    assert path.read_text("utf-8") == "reviews:\n  - decision: perhaps\n"
    page = desk.client.get("/en/findings/")
    assert (page.status_code, str(path) in page.text) == (500, True)


def test_one_run_at_a_time(place: Place, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert desk.post("/en/runs/").status_code == 400, "nothing waits"
    assert desk.post("/en/runs/", report="no such").status_code == 400
    assert desk.post("/en/runs/", address="file:///etc/passwd").status_code == 400
    finding, go = desk.finding("row_total", GRANTED), threading.Event()
    real = runner.reprocess_archive  # type: ignore[attr-defined]  # what the module has imported

    def slowly(*given: object, **how: object) -> object:
        assert go.wait(60)
        return real(*given, **how)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(runner, "reprocess_archive", slowly)
    assert desk.post("/en/runs/", report=finding["report_id"]).status_code == 303
    page = desk.client.get("/zh/runs/")
    assert (page.headers["refresh"], "正在进行" in page.text) == ("2", True)
    again = desk.post("/en/runs/", report=finding["report_id"])
    assert (again.status_code, "wait until that ends" in again.text) == (409, True)
    go.set()
    while "refresh" in (page := desk.client.get("/en/runs/")).headers:
        pass
    assert "1 documents read; 0 reports changed" in page.text


def test_a_run_that_another_process_holds_up_says_so(place: Place, desk: Desk) -> None:
    from flows.workspace import open_workspace

    with open_workspace(place.settings) as workspace, workspace.ledger.lock("reprocess"):
        assert desk.post("/en/runs/", report=desk.finding("row_total", GRANTED)["report_id"]).status_code == 303
        while "refresh" in (page := desk.client.get("/en/runs/")).headers:
            pass
        assert "the archive is being read again by another process" in page.text


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_run_that_is_stopped_is_not_done(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise ReadersStopped

    monkeypatch.setattr(runner, "reprocess_archive", stopped)
    assert desk.post("/en/runs/", report=desk.finding("row_total", GRANTED)["report_id"]).status_code == 303
    while "refresh" in (page := desk.client.get("/en/runs/")).headers:
        pass
    assert "ReadersStopped" in page.text
