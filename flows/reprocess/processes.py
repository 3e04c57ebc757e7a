"""Whole batches in processes of their own: each reads, compares and publishes its batch while others do theirs.

Owns these processes and that none outlives its parent. Documents are read in further processes, one for each of
these, within their limits.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from multiprocessing import forkserver
from multiprocessing.util import Finalize

from flows.reprocess.run import Begin, read_again
from flows.reprocess.summary import BatchResult
from flows.settings import Settings
from flows.workspace import open_workspace

_crew: ContextVar[ProcessPoolExecutor | None] = ContextVar("crew", default=None)


@contextmanager
def in_processes(at_once: int) -> Iterator[Begin]:
    """Give a way to begin `read_again` for `at_once` batches at once, in processes that keep their workspaces open.

    Batches that have not begun when the block ends with an error never begin.
    """
    # One server imports everything once, from now on; these processes are forks of it. Arrow imports
    # pandas where it is installed.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, "pandas"])
    forkserver.ensure_running()
    with ProcessPoolExecutor(at_once, context, _prepare) as pool:
        token = _crew.set(pool)

        def begin(portal: str, urls: list[str], key: str, run_id: str, publish: bool) -> Future[BatchResult]:
            return pool.submit(read_again, portal, urls, key, run_id, publish)

        try:
            yield begin
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        finally:
            _crew.reset(token)


def read_elsewhere(portal: str, urls: list[str], key: str, run_id: str, publish: bool) -> BatchResult:
    """Call `read_again` in a process of the enclosing block `in_processes`, else in this one; return its result."""
    pool = _crew.get()
    if pool is None:
        return read_again(portal, urls, key, run_id, publish)
    return pool.submit(read_again, portal, urls, key, run_id, publish).result()


def _prepare() -> None:
    """Open the workspace of a process, with one reader, until it ends; it ends when its parent does."""
    os.environ["NIANBAO_READ_WORKERS"] = "1"
    threading.Thread(target=_end_with_parent, daemon=True).start()
    stack = ExitStack()
    stack.enter_context(open_workspace(Settings()))
    forkserver.ensure_running()  # its reader's, which has imported what that needs by the time of the first document
    Finalize(None, stack.close, exitpriority=100)


def _end_with_parent() -> None:
    """End this process with its parent: a parent that is killed cannot do it."""
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)
