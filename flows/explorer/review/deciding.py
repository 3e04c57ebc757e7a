"""What a person sends from the desk → a decision, checked, in its file.

Owns which fields a form has. It judges nothing of a report.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from flows.clock import today
from flows.decisions.decisions import add_correction, add_review, decided_on
from flows.decisions.settled_names import settle
from flows.decisions.texts import Unfit, check_texts
from flows.explorer.index.index import Index
from flows.explorer.review.desk import DeskFigure, Finding
from flows.explorer.review.given_figures import printed_text, right_number
from flows.ledger.ledger import Ledger
from flows.maintain.known_agencies import known_agency, named_agency
from flows.maintain.merge_agencies import merge, moved_reports, still_decided
from flows.settings import Settings
from flows.workspace import Workspace, open_workspace
from transforms.checks.corrections import Correction
from transforms.checks.reviews import NoReport, PrintedSo
from transforms.jurisdictions.agencies import Agency, Settled

Sent = Mapping[str, str]
"""The fields of a form."""
_OF_A_NAME = """
SELECT report_id FROM reports
WHERE jurisdiction = $division AND coalesce(agency_printed, agency) = $name AND agency <> $agency
"""


def say_printed_so(data_root: Path, finding: Finding, body: str, fields: Sent) -> None:
    """Settle a finding."""
    add_review(
        data_root,
        PrintedSo(
            decision="printed_so",
            jurisdiction=finding["jurisdiction"],
            body=body,
            year=finding["year"],
            check=finding["check"],
            table=finding["table"],
            cells=tuple(finding["cells"]),
            message=finding["message"],
            reason=_text(fields, "reason"),
            by=_text(fields, "by"),
            date=today(),
            capture=finding["capture_sha256"],
        ),
    )


def correct_figure(data_root: Path, finding: Finding, body: str, figure: DeskFigure, fields: Sent) -> None:
    """Correct a figure: what the document prints if `prints` is sent, else the right `value`.

    That it prints nothing is only believed if `blank` is sent as well. Raise Unfit if no run could apply it.
    """
    misread = "prints" in fields
    add_correction(
        data_root,
        Correction(
            jurisdiction=finding["jurisdiction"],
            body=body,
            year=finding["year"],
            table=figure.table,
            cell=figure.cell,
            read=figure.raw.strip() if misread else None,
            prints=printed_text(_text(fields, "prints"), figure, blank="blank" in fields) if misread else None,
            printed=None if misread else figure.raw.strip(),
            value=None if misread else right_number(_text(fields, "value"), figure),
            reason=_text(fields, "reason"),
            by=_text(fields, "by"),
            date=today(),
            capture=finding["capture_sha256"],
        ),
    )


def say_no_report(data_root: Path, ledger: Ledger, fields: Sent) -> None:
    """Say that the document at `url` with the bytes `capture` is no report."""
    url, capture = fields.get("url", ""), fields.get("capture", "")
    address, verdicts = ledger.address(url), ledger.verdicts_on(url)
    if address is None or not verdicts:
        raise Unfit("url: no document at this address was ever read")
    if address.sha256 != capture:
        raise Unfit("capture: the document has other bytes by now: load the page again")
    why = {"reason": _text(fields, "reason"), "by": _text(fields, "by")}
    portal = verdicts[0].portal
    add_review(
        data_root,
        NoReport(decision="no_report", portal=portal, url=url, date=today(), capture=capture, **why),
    )


def settle_body(settings: Settings, index: Index, finding: Finding, fields: Sent) -> None:
    """Let the name that a report prints be that of another body; with `how` = merge, both bodies are one.

    Raise Unfit or CannotMerge while decisions name a report that would become the other body's.
    """
    reason, by, named = _text(fields, "reason"), _text(fields, "by"), _text(fields, "body")
    check_texts({"body": named, "reason": reason, "name": by})
    division = finding["jurisdiction"]
    with open_workspace(settings) as workspace:
        target = _body_named(named, division, workspace)
        if fields.get("how") != "merge":
            printed = finding["agency_printed"] or finding["agency"]
            reports = index.frame(_OF_A_NAME, {"division": division, "name": printed, "agency": target.name})
            if standing := decided_on(settings.data_root, set(reports["report_id"])):
                raise Unfit(still_decided(finding["agency"], target.body, standing))
            settle(settings.data_root, Settled(division, printed, target.name), reason, by, today())
            return
        former = known_agency(finding["agency_id"], division, workspace).agency
        merge(former, target, moved_reports(former, target, workspace), reason, by, workspace)


def _body_named(named: str, division: str, workspace: Workspace) -> Agency:
    """Return the body that a person names: one that was seen, or any by its whole name, so that no slip makes one."""
    target = named_agency(named, division, workspace)
    if named != target.name and not workspace.ledger.agencies.known([target.agency_id]):
        raise Unfit(f"body: no report of {target.name} was seen: give its name in full, if that is meant")
    return target


def _text(fields: Sent, name: str) -> str:
    return fields.get(name, "").strip()
