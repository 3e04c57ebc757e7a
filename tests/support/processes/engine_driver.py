"""One engine in a process of its own: opens a warehouse by a recipe in Python or by statements, and answers.

Run as `python engine_driver.py ENGINE` in the folder of the recipe, with a JSON object on standard input: `python`,
the recipe; `statements`; `questions`, SQL by name; `again`, names of those to ask once more by the statements.
Prints {"recipe": {name: answer}, "statements": {name: answer}}, an answer being rows, or the error as text. Imports
none of ours, so that the engines read what any reader would.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from typing import Any

Run = Callable[[str], list[list[object]]]


def _duckdb(session: Any) -> Run:
    return lambda sql: [list(row) for row in (session.execute(sql).fetchall() if sql else [])]


def _polars(session: Any) -> Run:
    return lambda sql: [list(row) for row in session.execute(sql).rows()]


def _datafusion(session: Any) -> Run:
    return lambda sql: [list(row.values()) for row in session.sql(sql).to_pylist()]


def _clickhouse(session: Any) -> Run:
    def run(sql: str) -> list[list[object]]:
        text = str(session.query(sql, "JSONCompact"))
        return list(json.loads(text)["data"]) if text.strip() else []

    return run


def _spark(session: Any) -> Run:
    return lambda sql: [list(row) for row in session.sql(sql).collect()]


_RUNNERS: dict[str, Callable[[Any], Run]] = {
    "duckdb": _duckdb,
    "polars": _polars,
    "datafusion": _datafusion,
    "clickhouse": _clickhouse,
    "spark": _spark,
}


def _new_session(engine: str, session: Any) -> Any:
    """Open a session that knows no table yet; Spark's costs seconds and is used again, its views are replaced."""
    if engine == "duckdb":
        import duckdb

        return duckdb.connect()
    if engine == "datafusion":
        import datafusion

        return datafusion.SessionContext()
    return session


def _answers(run: Run, questions: dict[str, str]) -> dict[str, object]:
    answers: dict[str, object] = {}
    for name, sql in questions.items():
        began = time.perf_counter()
        try:
            answers[name] = [[_plain(value) for value in row] for row in run(sql)]
        except Exception as error:  # noqa: BLE001 - whatever the engine raises is its answer
            answers[name] = f"{type(error).__name__}: {error}"[:600]
        sys.stderr.write(f"{name} {time.perf_counter() - began:.2f} s\n")
    return answers


def _plain(value: object) -> object:
    """Numbers of nine digits whatever their type, texts otherwise."""
    if value is None or isinstance(value, bool | str):
        return value
    try:
        return float(f"{value:.9g}")
    except (TypeError, ValueError):
        return str(value)


def main() -> None:
    """Answers the questions twice: once by the recipe, once by the statements, where there are any."""
    engine, task = sys.argv[1], json.load(sys.stdin)
    names: dict[str, Any] = {}
    with redirect_stdout(sys.stderr):
        exec(task["python"], names)
        found = {"recipe": _answers(_RUNNERS[engine](names["session"]), task["questions"])}
        if task["statements"]:
            run = _RUNNERS[engine](_new_session(engine, names["session"]))
            for statement in task["statements"].split(";\n"):
                if statement.strip():
                    run(statement)
            found["statements"] = _answers(run, {name: task["questions"][name] for name in task["again"]})
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
