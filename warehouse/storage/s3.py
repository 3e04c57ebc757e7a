"""Objects of S3 and what speaks like it, through s3fs, one request for each thing that is done.

Owns the requests. Must not know what the objects hold, nor of locks.
"""

from __future__ import annotations

from typing import Any

import fsspec.asyn
from botocore.exceptions import BotoCoreError  # type: ignore[import-untyped]
from s3fs.core import S3_RETRYABLE_ERRORS  # type: ignore[import-untyped]

from warehouse.storage.objects import StoredObject


class S3Objects:
    """Objects below a path of a bucket.

    Needs a store that keeps `If-Match` and `If-None-Match` on PUT, as S3, MinIO, Ceph and R2 do; one that does not know
    `If-Match` on DELETE removes a lock that was taken over from whoever slept, which costs a writer a second try.
    """

    conditional = True

    def __init__(self, files: Any, root: str) -> None:
        self._files = files
        self._bucket, _, below = root.partition("/")
        self._below = f"{below}/" if below else ""

    def get(self, path: str) -> StoredObject | None:
        """As promised by Objects: bytes and tag of one answer."""
        left = self._files.retries
        while True:
            left -= 1
            try:
                answer = self._ask("get_object", path)
                data: bytes = fsspec.asyn.sync(self._files.loop, answer["Body"].read)
                return StoredObject(data, answer["ETag"])
            except FileNotFoundError:
                return None
            except S3_RETRYABLE_ERRORS as error:
                # s3fs sends a request again, but gives its answer back before the body is read.
                if left <= 0:
                    raise OSError(f"s3://{self._bucket}/{self._below}{path} broke off: {error}") from error

    def put(self, path: str, data: bytes) -> None:
        """As promised by Objects."""
        self._ask("put_object", path, Body=data)

    def swap(self, path: str, data: bytes, tag: str | None) -> StoredObject | None:
        """As promised by Objects."""
        condition = {"IfNoneMatch": "*"} if tag is None else {"IfMatch": tag}
        try:
            return StoredObject(data, self._ask("put_object", path, Body=data, **condition)["ETag"])
        except OSError as error:
            if not _is_refused(error):
                raise
        # It may be ours nevertheless: a request whose answer is lost is sent again, and then refused.
        return self.get(path)

    def delete(self, path: str, tag: str | None) -> None:
        """As promised by Objects."""
        try:
            self._ask("delete_object", path, **({} if tag is None else {"IfMatch": tag}))
        except OSError as error:
            if not _is_refused(error):
                raise

    def exists(self, path: str) -> bool:
        """As promised by Objects; s3fs itself would list where there is none."""
        try:
            self._ask("head_object", path)
        except FileNotFoundError:
            return False
        return True

    def names(self, folder: str) -> list[str]:
        """As promised by Objects; with a prefix, s3fs does not look for an object of the folder's name."""
        start = len(self._bucket) + 1 + len(self._below)
        place = f"{self._bucket}/{self._below}".rstrip("/")
        return sorted(found[start:] for found in self._files.find(place, prefix=f"{folder}/" if folder else ""))

    def _ask(self, method: str, path: str, **options: object) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = self._files.call_s3(
                method, Bucket=self._bucket, Key=f"{self._below}{path}", **options
            )
        except BotoCoreError as error:
            raise OSError(f"s3://{self._bucket} cannot be reached: {error}") from error
        except FileNotFoundError as error:
            if "Body" in options and _code(error) == "NoSuchBucket":
                raise OSError(f"there is no bucket {self._bucket}: make it, or correct the URL") from error
            raise
        return answer


def _is_refused(error: OSError) -> bool:
    """Whether a condition did not hold; s3fs names only one of them, S3's own code all."""
    return isinstance(error, FileNotFoundError) or _code(error) in ("PreconditionFailed", "ConditionalRequestConflict")


def _code(error: OSError) -> str:
    answer = getattr(error.__cause__, "response", {})
    return str(answer.get("Error", {}).get("Code", ""))
