"""Objects and locks of a bucket: fsspec's own in memory, and an S3 server."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.servers.s3 import S3
from warehouse.storage.bucket import Bucket
from warehouse.storage.object_locks import LostLock

Opening = Callable[[float], Bucket]
LOCK = "_locks/here.lock"


@pytest.fixture(params=["memory", "s3"])
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> Opening:
    """Open the same bucket with the given lease, once for each writer."""
    place = request.getfixturevalue("s3").url if request.param == "s3" else f"memory://{tmp_path.name}"
    return lambda lease: Bucket(f"{place}/warehouse", lease)


@pytest.fixture
def ended() -> Iterator[ExitStack]:
    """Contexts that stay entered until the test is over, as for a holder that never finishes."""
    with ExitStack() as stack:
        yield stack


def test_objects_are_read_written_listed_and_removed(opening: Opening) -> None:
    bucket = opening(60)
    assert (bucket.read("a/b"), bucket.exists("a/b"), bucket.names("a")) == (None, False, [])
    bucket.write_all([("a/b", b"1"), ("a/c/d", b"2"), ("ab", b"3")])
    bucket.write("a/b", b"4")
    assert (bucket.read("a/b"), bucket.exists("a/b"), bucket.exists("a")) == (b"4", True, False)
    assert (bucket.names("a"), bucket.names("")) == (["a/b", "a/c/d"], ["a/b", "a/c/d", "ab"])
    bucket.remove("a/b")
    bucket.remove("a/b")
    assert bucket.names("") == ["a/c/d", "ab"]
    files, root = bucket.filesystem
    with files.open_input_file(f"{root}/ab" if root else "ab") as file:
        assert file.read() == b"3"


def test_a_lock_has_one_holder_at_a_time_and_leaves_nothing(opening: Opening) -> None:
    inside, most, done = [0], [0], [0]

    def work(bucket: Bucket) -> None:
        for _ in range(4):
            with bucket.lock("here"):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                number = int(bucket.read("count") or b"0")
                bucket.write("count", str(number + 1).encode())
                inside[0] -= 1
                done[0] += 1

    shared = opening(60)
    with ThreadPoolExecutor(5) as threads:
        # Four writers with their own, and two threads of one.
        list(threads.map(work, [opening(60), opening(60), opening(60), shared, shared]))
    assert (most, done, shared.read("count")) == ([1], [20], b"20")
    assert shared.names("") == ["count"]


def test_locks_of_other_names_are_independent(opening: Opening) -> None:
    first, second = opening(60), opening(60)
    with first.lock("here"), second.lock("there"), first.lock("elsewhere"):
        assert first.names("_locks") == ["_locks/elsewhere.lock", "_locks/here.lock", "_locks/there.lock"]
    assert first.names("") == []


def test_a_lock_is_given_back_when_its_holder_fails(opening: Opening) -> None:
    bucket = opening(60)
    with pytest.raises(ZeroDivisionError), bucket.lock("here"):
        raise ZeroDivisionError
    assert bucket.names("") == []


def test_a_dead_holders_lock_is_taken_over_after_one_lease(opening: Opening, ended: ExitStack) -> None:
    ended.enter_context(opening(60).lock("here"))
    began = time.monotonic()
    with opening(0.4).lock("here"):
        assert 0.4 < time.monotonic() - began < 10
    assert opening(60).names("") == []


def test_a_lock_is_renewed_while_its_holder_neither_reads_nor_writes(opening: Opening) -> None:
    holder, waiter = opening(1.5), opening(1.5)
    waiting = threading.Event()
    held: list[str] = []

    def wait() -> None:
        waiting.set()
        with waiter.lock("here"):
            held.append("waiter")

    with ThreadPoolExecutor(1) as threads:
        with holder.lock("here"), holder.lock("there"):
            before = holder.read(LOCK)
            waited = threads.submit(wait)
            waiting.wait()
            time.sleep(2.2)
            assert holder.read(LOCK) != before
            held.append("holder")
        waited.result()
    assert held == ["holder", "waiter"]


def test_a_writer_that_slept_without_knowing_it_overwrites_nothing(opening: Opening, ended: ExitStack) -> None:
    """A writer may sleep for any time between checking its lock and writing."""
    sleeper, other = opening(60), opening(0.3)
    sleeper.write("old", b"0")
    with sleeper.lock("here"):
        assert (sleeper.read("old"), sleeper.read("new")) == (b"0", None)
        ended.enter_context(other.lock("here"))
        for path in ("old", "new"):
            other.read(path)
            other.write(path, b"other")
            with pytest.raises(LostLock, match=f"{path} was replaced by another writer meanwhile: run again"):
                sleeper.write(path, b"late")
    # It gives back no lock but its own.
    assert other.names("") == [LOCK, "new", "old"]
    assert (other.read("old"), other.read("new")) == (b"other", b"other")
    other.write("old", b"again")


def test_writing_the_same_object_twice_is_no_conflict(opening: Opening) -> None:
    bucket = opening(60)
    with bucket.lock("here"):
        for data in (b"1", b"2", b"2"):
            bucket.write("a", data)
            assert bucket.read("a") == data
        bucket.write("a", b"3")
        bucket.remove("a")
        bucket.write("a", b"4")
    other = opening(60)
    with other.lock("here"):
        assert other.read("a") == b"4"
        other.write("a", b"5")
    with bucket.lock("here"):
        bucket.write("a", b"6")
    assert other.read("a") == b"6"


def test_a_holder_whose_lock_was_taken_over_fails_at_its_next_write_and_at_the_end(
    opening: Opening, ended: ExitStack
) -> None:
    holder, other = opening(1.5), opening(0.1)
    ended.enter_context(holder.lock("here"))
    with other.lock("here"):
        pass
    time.sleep(1)
    with pytest.raises(LostLock, match=r"_locks/here\.lock was taken over by another writer: run again"):
        holder.write("fresh", b"late")
    # What he did since then he may not have done alone, even if he did nothing more.
    with pytest.raises(LostLock):
        ended.close()
    assert holder.names("") == []


def test_a_request_whose_response_is_lost_is_repeated_and_counts_once(s3: S3) -> None:
    bucket = Bucket(s3.url)
    bucket.exists("connected")
    with bucket.lock("here"):
        assert bucket.read("a") is None
        s3.lose_answers(1)
        bucket.write("a", b"1")
        s3.lose_answers(1)
        bucket.write("a", b"2")
        s3.lose_answers(1)
        assert bucket.read("a") == b"2"
        s3.lose_answers(1)
    s3.lose_answers(1)
    with bucket.lock("here"):
        bucket.write("a", b"3")
    assert bucket.names("") == ["a"]


def test_an_interrupted_upload_leaves_the_old_object(s3: S3) -> None:
    bucket = Bucket(s3.url)
    bucket.write("a", b"old" * 1000)
    for sent in (0, 1, 1500, 2999):
        connection = s3.connection()
        connection.putrequest("PUT", f"/{s3.bucket}/a")
        connection.putheader("Content-Length", "3000")
        connection.endheaders()
        connection.send(b"n" * sent)
        connection.close()
        assert bucket.read("a") == b"old" * 1000


def test_a_missing_bucket_is_named(s3: S3) -> None:
    bucket = Bucket(f"{s3.url}-2/warehouse")
    assert bucket.read("a") is None
    with pytest.raises(OSError, match=f"there is no bucket {s3.bucket}-2: create it, or correct the URL"):
        bucket.write("a", b"")
    with pytest.raises(OSError, match="there is no bucket"), bucket.lock("here"):
        pass


def test_stores_without_conditions_never_take_a_lock_over(tmp_path: Path, ended: ExitStack) -> None:
    (tmp_path / "_locks").mkdir()
    first, second = (Bucket(f"local://{tmp_path}", 0.3) for _ in range(2))
    with first.lock("here"):
        first.read("a")
        first.write("a", b"1")
    ended.enter_context(first.lock("here"))
    with pytest.raises(OSError, match="was left by a writer that died: remove it once no"), second.lock("here"):
        pass
    assert first.names("") == [LOCK, "a"]
