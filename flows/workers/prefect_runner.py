"""Where the tasks of a flow run: in threads of its process, or on a Dask cluster.

Owns that choice, which the setting `NIANBAO_DASK_ADDRESS` makes.
"""

from __future__ import annotations

from typing import Any

from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from flows.nightly.run import AT_ONCE
from flows.settings import Settings


def task_runner() -> TaskRunner[Any]:
    """The task runner for flows; raises OSError where an address is set and nianbao[dask] is not installed."""
    address = Settings().dask_address
    if address is None:
        return ThreadPoolTaskRunner(max_workers=AT_ONCE)
    try:
        from prefect_dask.task_runners import DaskTaskRunner
    except ModuleNotFoundError as error:
        raise OSError(
            f"NIANBAO_DASK_ADDRESS is set and {error.name} is missing: pip install 'nianbao[dask]'"
        ) from error

    return DaskTaskRunner(address=address)
