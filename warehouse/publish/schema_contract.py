"""What the warehouse has promised its readers: tables, columns, types and keys, recorded in `_schema.json` at its root.

Owns which changes of the declarations keep that promise. Must not read or write rows: `maintain` looks at them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from weakref import WeakKeyDictionary

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from nianbao import NianbaoError
from warehouse.schema import Table, load_tables
from warehouse.storage.store import Store

SCHEMA_FILE = "_schema.json"
LOCK = "schema"
_DECIMAL = re.compile(r"decimal\((\d+),(\d+)\)")
_ELSEWHERE = "take the change back, or set NIANBAO_WAREHOUSE_URL to a new place and read everything into it"


class SchemaContractError(NianbaoError):
    """Today's declarations do not keep what the warehouse has promised."""


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


Promise = dict[str, ContractTable]
"""Table → what readers rely on."""
_PROMISE = TypeAdapter(Promise)
_kept: WeakKeyDictionary[Store, Mapping[str, Table]] = WeakKeyDictionary()
"""The declarations with which each store was last found in agreement by this process."""


def contract_of(tables: Mapping[str, Table]) -> Promise:
    """What declarations promise."""
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


def contract_breaches(before: Promise, now: Promise) -> list[str]:
    """Changes that break what readers or stored rows rely on, a line each: nothing that is stored can mend them."""
    return [line for name, table in before.items() for line in _breaches(name, table, now.get(name))]


def _breaches(name: str, before: ContractTable, now: ContractTable | None) -> Iterator[str]:
    if now is None:
        yield f"table {name} is gone"
        return
    if before.key != now.key:
        yield f"the key of {name} was {', '.join(before.key)}, and is {', '.join(now.key)}"
    if before.partitioned != now.partitioned:
        yield f"{name} was {'' if before.partitioned else 'not '}partitioned"
    for column, promised in before.columns.items():
        if column not in now.columns:
            yield f"column {column} of {name} is gone"
        elif not widens(promised.type, now.columns[column].type):
            yield f"column {column} of {name} was {promised.type}, which {now.columns[column].type} cannot hold"
    for column, added in now.columns.items():
        if column not in before.columns and not added.nullable:
            yield f"column {column} of {name} is new and required, so no stored row has a value for it"


def rewrites_due(before: Promise, now: Promise) -> dict[str, list[str]]:
    """Table → changes that are no breach where every stored row agrees with them, which only `maintain` can tell."""
    found = {name: list(_debts(name, table, now[name])) for name, table in before.items() if name in now}
    return {name: lines for name, lines in found.items() if lines}


def _debts(name: str, before: ContractTable, now: ContractTable) -> Iterator[str]:
    if before.sort != now.sort:
        yield f"{name} was sorted by {', '.join(before.sort)}"
    for column, promised in before.columns.items():
        present = now.columns.get(column, promised)
        if promised.nullable and not present.nullable:
            yield f"column {column} of {name} was not required"
        allowed = set(present.values)
        gone = sorted(set(promised.values) - allowed) if promised.values else ["any text"]
        if allowed and gone:
            yield f"column {column} of {name} might hold {', '.join(gone)}"


def widens(before: str, now: str) -> bool:
    """Whether every value of one declared type is the same value in another.

    >>> widens("int32", "int64"), widens("int64", "int32"), widens("decimal(20,4)", "decimal(22,5)")
    (True, False, True)
    """
    if before == now or (before, now) == ("int32", "int64"):
        return True
    if before.startswith("list(") and now.startswith("list("):
        return widens(before[5:-1], now[5:-1])
    old, new = _DECIMAL.fullmatch(before), _DECIMAL.fullmatch(now)
    if old is None or new is None:
        return False
    old_scale, new_scale = int(old[2]), int(new[2])
    return new_scale >= old_scale and int(new[1]) - new_scale >= int(old[1]) - old_scale


def recorded_contract(store: Store) -> Promise | None:
    """Read the recorded contract; None where nothing was published. Raises SchemaContractError for a torn file."""
    data = store.read(SCHEMA_FILE)
    if data is None:
        return None
    try:
        return _PROMISE.validate_json(data)
    except ValidationError as error:
        raise SchemaContractError(
            f"{SCHEMA_FILE} of the warehouse cannot be read: restore it, or remove it if the declarations are as they "
            "were when it was written"
        ) from error


def enforce_contract(store: Store) -> None:
    """To be called before anything is written: records the promise, or extends it by columns and tables that are new.

    Looks at the store once a process and declarations. Raises SchemaContractError, naming the changes and the remedy.
    """
    tables = load_tables()
    if _kept.get(store) is tables:
        return
    now = contract_of(tables)
    if recorded_contract(store) != now:
        with store.lock(LOCK):
            before = recorded_contract(store)
            if before is not None:
                refuse_breaches(before, now)
                owed = [line for lines in rewrites_due(before, now).values() for line in lines]
                if owed:
                    raise SchemaContractError(
                        f"{'; '.join(owed)}: run `nianbao maintain`, which looks at every stored row"
                    )
            record_contract(store, now)
    _kept[store] = tables


def refuse_breaches(before: Promise, now: Promise) -> None:
    """Raises SchemaContractError where there are breaches."""
    if found := contract_breaches(before, now):
        raise SchemaContractError(f"the warehouse has promised otherwise: {'; '.join(found)}; {_ELSEWHERE}")


def record_contract(store: Store, promise: Promise) -> None:
    """Writes down what is promised from now on. Only under the lock."""
    told = {name: table.model_dump(mode="json") for name, table in sorted(promise.items())}
    store.write(SCHEMA_FILE, json.dumps(told, indent=1).encode() + b"\n")
