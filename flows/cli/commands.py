"""The commands of `nianbao`, declared: where each one's function is, and the line that the list of commands shows.

Owns the list, so that nothing else is imported to print it. A command's module owns what it does, its options and its
full help, which begins with the same line.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """One command: module and name of its function, its line in the list, and an example, `nianbao` left out."""

    function: str
    help: str
    example: str


GROUPS = {
    "portal": "Show the known portals, add new ones, and compare them with their sites.",
    "archive": "Export and check everything that was ever fetched.",
    "agency": "The bodies that report, and the names that they print.",
    "quarantine": "Documents that could not be read, each with its reason.",
}
"""Name of a group of commands → its help."""

COMMANDS = {
    "demo": Command(
        "flows.cli.demo:demo", "Serve the sample portal on this machine, crawl it, and ask one question in SQL.", "demo"
    ),
    "crawl": Command(
        "flows.cli.crawl:crawl",
        "Crawl portals now, even if they are not due, and publish what is new or changed.",
        "crawl weihai --year 2023",
    ),
    "backfill": Command(
        "flows.cli.backfill:backfill_command",
        "Fetch missing reports for past years, following a saved plan that resumes after an interruption.",
        "backfill --from 2008 --to 2023 --province 山东 --dry-run",
    ),
    "ingest": Command(
        "flows.cli.ingest:ingest",
        "Read and publish reports that are already on disk, in the same way as crawled ones.",
        "ingest reports/ --jurisdiction CN-370683",
    ),
    "extract": Command(
        "flows.cli.extract:extract",
        "Read one document, print its figures and findings, and store nothing.",
        "extract report.pdf --format json",
    ),
    "reprocess": Command(
        "flows.cli.reprocess:reprocess_command",
        "Read the archive again with today's parser: everything that was listed or ingested, or a part of it.",
        "reprocess --older --diff",
    ),
    "status": Command(
        "flows.cli.status:status",
        "Show the last runs, what is running, alarms, and the share of expected reports that is published.",
        "status --province 山东",
    ),
    "query": Command(
        "flows.cli.warehouse.query:query",
        "Ask the warehouse in SQL (DuckDB): all tables, and views of them, in English and Chinese.",
        'query "SELECT year, count(*) FROM reports GROUP BY year"',
    ),
    "export": Command(
        "flows.cli.warehouse.export:export_command",
        "Write rows of a table as a file for spreadsheets, Stata, R and other programs.",
        "export --table requests --jurisdiction 'CN-37*' --years 2019-2024 --output requests.xlsx",
    ),
    "check": Command(
        "flows.cli.warehouse.check:check",
        "Compare the reports of the whole warehouse with each other, and write what is odd to the "
        "table panel_findings.",
        "check --jurisdiction 'CN-37*' --years 2019-2024 --dry-run",
    ),
    "explore": Command(
        "flows.cli.warehouse.explore:explore",
        "Look at the warehouse in a browser: what is there, what it says, where it comes from; "
        "settle what is in doubt.",
        "explore --port 8321",
    ),
    "schema": Command(
        "flows.cli.warehouse.schema:schema",
        "Print the declaration of the tables, for an engine of your own or for people.",
        "schema --engine duckdb",
    ),
    "release": Command(
        "flows.cli.maintain:release",
        "Write a release of the warehouse: one sorted file per table and year, with descriptions and checksums.",
        "release",
    ),
    "maintain": Command(
        "flows.cli.maintain:maintain",
        "Rename outdated keys of portal files, remove leftovers, update files, verify the archive, "
        "clear the quarantine.",
        "maintain --dry-run",
    ),
    "deploy": Command(
        "flows.cli.deploy:deploy",
        "Create the work pool and register all deployments on the Prefect server at PREFECT_API_URL.",
        "deploy",
    ),
    "portal probe": Command(
        "flows.cli.portal.probe:portal_probe",
        "Look at a portal and store nothing: its list pages of annual reports, what they list, robots.txt, refusals.",
        "portal probe http://www.weihai.gov.cn",
    ),
    "portal add": Command(
        "flows.cli.portal.add:portal_add",
        "Look at a portal, write its file into the data root, and print the path of the file.",
        "portal add http://www.weihai.gov.cn --jurisdiction CN-371000",
    ),
    "portal verify": Command(
        "flows.cli.portal.verify:portal_verify",
        "Compare a portal's file with its site, and set `verified` to today if you confirm that they agree.",
        "portal verify weihai",
    ),
    "portal list": Command(
        "flows.cli.portal.known:portal_list",
        "List the known portals: the shipped ones and those of the data root.",
        "portal list",
    ),
    "portal show": Command(
        "flows.cli.portal.known:portal_show",
        "Show one portal's file, with defaults for what it leaves out.",
        "portal show weihai",
    ),
    "portal check": Command(
        "flows.cli.portal.check:portal_check",
        "Check every portal file, shipped or in the data root, and print one line for each fault.",
        "portal check",
    ),
    "archive export": Command(
        "flows.cli.archive:archive_export",
        "Write fetches as one WARC 1.1 file: status, headers and body of each, equal bodies once.",
        "archive export --warc weihai.warc.gz --portal weihai",
    ),
    "archive verify": Command(
        "flows.cli.archive:archive_verify",
        "Hash every capture again, and print a line for each that is damaged or missing.",
        "archive verify",
    ),
    "agency list": Command(
        "flows.cli.agency:agency_list",
        "List the bodies that lists and reports name, each with its spellings and their years.",
        "agency list --jurisdiction CN-370683 --format csv",
    ),
    "agency show": Command(
        "flows.cli.agency:agency_show",
        "Show one body: its identifier, its spellings, and the years of its published reports.",
        "agency show 甲子县教育局",
    ),
    "agency merge": Command(
        "flows.cli.agency:agency_merge",
        "Let two bodies be one: a line in agencies.csv, and all that is published of the one goes over to the other.",
        "agency merge 甲子县二局 甲子县水务局 --reason 'one bureau' --by 'Wang Wu' --dry-run",
    ),
    "quarantine list": Command(
        "flows.cli.quarantine:quarantine_list",
        "List the documents that could not be read, oldest first.",
        "quarantine list --portal weihai --format csv",
    ),
    "quarantine show": Command(
        "flows.cli.quarantine:quarantine_show",
        "Show all that is known of one document, source by source, and where its bytes are stored.",
        "quarantine show 3f2a91 --output torn.pdf",
    ),
    "quarantine retry": Command(
        "flows.cli.quarantine:quarantine_retry",
        "Read documents again and publish their reports; those that can be read now leave the quarantine.",
        "quarantine retry --reason 'more than 180 s'",
    ),
    "quarantine accept": Command(
        "flows.cli.quarantine:quarantine_accept",
        "Publish what documents contain although it is less complete than what is published of the same reports.",
        "quarantine accept 3f2a91",
    ),
}
"""Name → command, in the order of the list; the commands of a group begin with its name."""
