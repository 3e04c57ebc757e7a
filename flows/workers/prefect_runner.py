"""Where the tasks of a flow run: in threads of its process, or on the Dask cluster of NIANBAO_DASK_ADDRESS."""

from __future__ import annotations

from typing import Any

from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner


def task_runner(address: str | None, at_once: int) -> TaskRunner[Any]:
    """Return the task runner for flows. Raises OSError if an address is given and nianbao[dask] is not installed."""
    if address is None:
        return ThreadPoolTaskRunner(max_workers=at_once)
    try:
        from prefect_dask.task_runners import DaskTaskRunner
    except ModuleNotFoundError as error:
        raise OSError(
            f"NIANBAO_DASK_ADDRESS is set and {error.name} is missing: pip install 'nianbao[dask]'"
        ) from error

    return DaskTaskRunner(address=address)
