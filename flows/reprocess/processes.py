"""Batches of a reprocess run in processes of their own: each reads, compares and publishes one batch at a time.

Owns these processes, and that none outlives its parent. Each starts one reader process, which enforces the limits for
a document.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from functools import partial
from multiprocessing import forkserver
from multiprocessing.util import Finalize

from flows.reprocess.run import Begin, read_again
from flows.reprocess.summary import BatchResult
from flows.settings import Settings
from flows.workspace import open_workspace

# A Prefect task must find the processes of its flow, and its arguments cannot carry them: Prefect may send those to
# another machine, where the task reads in its own process instead.
_begin: ContextVar[Begin | None] = ContextVar("begin", default=None)


@contextmanager
def in_processes(settings: Settings) -> Iterator[Begin]:
    """Yield a function that begins `read_again`, in `read_workers` processes that keep their workspaces open.

    If the block raises, batches that have not begun never do.
    """
    own = settings.model_copy(update={"read_workers": 1})
    # One server imports everything once, from now on; these processes are forks of it. Arrow imports pandas.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, "pandas"])
    forkserver.ensure_running()
    with ProcessPoolExecutor(settings.read_workers, context, _prepare, (own,)) as pool:
        begin = partial(_submit, pool, own)
        token = _begin.set(begin)
        try:
            yield begin
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        finally:
            _begin.reset(token)


def read_elsewhere(
    settings: Settings, portal: str, urls: list[str], key: str, run_id: str, publish: bool
) -> BatchResult:
    """Return the result of `read_again`, run by the surrounding `in_processes` block or else by this process."""
    begin = _begin.get()
    if begin is None:
        return read_again(settings, portal, urls, key, run_id, publish)
    return begin(portal, urls, key, run_id, publish).result()


def _submit(
    pool: ProcessPoolExecutor, settings: Settings, portal: str, urls: list[str], key: str, run_id: str, publish: bool
) -> Future[BatchResult]:
    return pool.submit(read_again, settings, portal, urls, key, run_id, publish)


def _prepare(settings: Settings) -> None:
    """Open the workspace of a process until the process ends, and end it with its parent."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    stack = ExitStack()
    stack.enter_context(open_workspace(settings))
    forkserver.ensure_running()  # its reader's, which has imported what that needs by the time of the first document
    Finalize(None, stack.close, exitpriority=100)


def _end_with_parent() -> None:
    """Exit when the parent does: one that was killed sends no signal."""
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)
