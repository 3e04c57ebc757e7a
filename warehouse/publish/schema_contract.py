"""The schema contract with readers: tables, columns, types and keys, recorded in `_schema.json` at the root.

Owns which changes of the declarations keep the contract. It never reads rows; `maintain` checks and rewrites them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from weakref import WeakKeyDictionary

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from nianbao import NianbaoError
from warehouse.arrow_types import widens
from warehouse.paths import SCHEMA_FILE, SCHEMA_LOCK
from warehouse.schema import Table, load_tables
from warehouse.storage.store import Store

_REMEDY = "take the change back, or set NIANBAO_WAREHOUSE_URL to a new place and read everything into it"


class SchemaContractError(NianbaoError):
    """Today's declarations break the contract with readers."""


class ContractColumn(BaseModel):
    """What readers rely on of one column."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: str
    nullable: bool
    values: tuple[str, ...]


class ContractTable(BaseModel):
    """What readers rely on of one table; columns by their names, in order."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    partitioned: bool
    key: tuple[str, ...]
    sort: tuple[str, ...]
    columns: dict[str, ContractColumn]


Contract = dict[str, ContractTable]
"""Table → what readers rely on."""
_CONTRACT = TypeAdapter(Contract)
_enforced: WeakKeyDictionary[Store, Mapping[str, Table]] = WeakKeyDictionary()
"""The declarations that this process last found to keep the contract of each store."""


def contract_of(tables: Mapping[str, Table]) -> Contract:
    """Return the contract that declarations state."""
    return {
        table.name: ContractTable(
            partitioned=table.partitioned,
            key=table.key,
            sort=table.sort,
            columns={
                column.name: ContractColumn(type=column.type, nullable=column.nullable, values=column.values)
                for column in table.columns
            },
        )
        for table in tables.values()
    }


def contract_breaches(before: Contract, now: Contract) -> list[str]:
    """Return the changes that break the contract, a line each; rewriting stored rows cannot repair them."""
    return [line for name, table in before.items() for line in _breaches(name, table, now.get(name))]


def _breaches(name: str, before: ContractTable, now: ContractTable | None) -> Iterator[str]:
    if now is None:
        yield f"table {name} is gone"
        return
    if before.key != now.key:
        yield f"the key of {name} was {', '.join(before.key)}, and is {', '.join(now.key)}"
    if before.partitioned != now.partitioned:
        yield f"{name} was {'' if before.partitioned else 'not '}partitioned"
    for column, agreed in before.columns.items():
        if column not in now.columns:
            yield f"column {column} of {name} is gone"
        elif not widens(agreed.type, now.columns[column].type):
            yield f"column {column} of {name} was {agreed.type}, which {now.columns[column].type} cannot hold"
    for column, added in now.columns.items():
        if column not in before.columns and not added.nullable:
            yield f"column {column} of {name} is new and required, so no stored row has a value for it"


def rewrites_due(before: Contract, now: Contract) -> dict[str, list[str]]:
    """Return table → changes that keep the contract only if every stored row fits them, which `maintain` checks."""
    changes = {name: list(_changes_of_rows(name, table, now[name])) for name, table in before.items() if name in now}
    return {name: lines for name, lines in changes.items() if lines}


def _changes_of_rows(name: str, before: ContractTable, now: ContractTable) -> Iterator[str]:
    if before.sort != now.sort:
        yield f"{name} was sorted by {', '.join(before.sort)}"
    for column, agreed in before.columns.items():
        current = now.columns.get(column, agreed)
        if agreed.nullable and not current.nullable:
            yield f"column {column} of {name} was not required"
        allowed = set(current.values)
        gone = sorted(set(agreed.values) - allowed) if agreed.values else ["any text"]
        if allowed and gone:
            yield f"column {column} of {name} might hold {', '.join(gone)}"


def recorded_contract(store: Store) -> Contract | None:
    """Return the recorded contract; None if nothing was published. Raise SchemaContractError for a damaged file."""
    data = store.read(SCHEMA_FILE)
    if data is None:
        return None
    try:
        return _CONTRACT.validate_json(data)
    except ValidationError as error:
        raise SchemaContractError(
            f"{SCHEMA_FILE} of the warehouse cannot be read: restore it, or remove it if the declarations are as they "
            "were when it was written"
        ) from error


def enforce_contract(store: Store) -> None:
    """Record the contract, or extend it by new columns and tables. To be called before anything is written.

    Read the store once for each process and declarations. Raise SchemaContractError, naming changes and remedy.
    """
    tables = load_tables()
    if _enforced.get(store) is tables:
        return
    now = contract_of(tables)
    if recorded_contract(store) != now:
        with store.lock(SCHEMA_LOCK):
            before = recorded_contract(store)
            if before is not None:
                refuse_breaches(before, now)
                due = [line for lines in rewrites_due(before, now).values() for line in lines]
                if due:
                    raise SchemaContractError(
                        f"{'; '.join(due)}: run `nianbao maintain`, which checks every stored row"
                    )
            record_contract(store, now)
    _enforced[store] = tables


def refuse_breaches(before: Contract, now: Contract) -> None:
    """Raise SchemaContractError if there are breaches."""
    if breaches := contract_breaches(before, now):
        raise SchemaContractError(f"this breaks the contract with readers: {'; '.join(breaches)}; {_REMEDY}")


def record_contract(store: Store, contract: Contract) -> None:
    """Record the contract from now on. Only under the lock."""
    tables = {name: table.model_dump(mode="json") for name, table in sorted(contract.items())}
    store.write(SCHEMA_FILE, json.dumps(tables, indent=1).encode() + b"\n")
