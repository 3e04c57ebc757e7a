"""Objects of S3 and compatible stores, through s3fs, with one request for each operation."""

from __future__ import annotations

from typing import Any

import fsspec.asyn
from botocore.exceptions import BotoCoreError  # type: ignore[import-untyped]
from s3fs.core import S3_RETRYABLE_ERRORS  # type: ignore[import-untyped]
from typing_extensions import override

from warehouse.storage.objects import Objects, StoredObject


class S3Objects(Objects):
    """Objects below a path of a bucket.

    Needs a store that honours `If-Match` and `If-None-Match` on PUT, as S3, MinIO, Ceph and R2 do. One that ignores
    `If-Match` on DELETE lets a writer that slept remove the lock that another took over, which costs that one a retry.
    """

    conditional = True

    def __init__(self, files: Any, root: str) -> None:
        self._files = files
        self._bucket, _, below = root.partition("/")
        self._below = f"{below}/" if below else ""

    @override
    def get(self, path: str) -> StoredObject | None:
        left = self._files.retries
        while True:
            left -= 1
            try:
                response = self._request("get_object", path)
                data: bytes = fsspec.asyn.sync(self._files.loop, response["Body"].read)
                return StoredObject(data, response["ETag"])
            except FileNotFoundError:
                return None
            except S3_RETRYABLE_ERRORS as error:
                # s3fs repeats a failed request, but returns its response before the body is read.
                if left <= 0:
                    raise OSError(f"s3://{self._bucket}/{self._below}{path} was interrupted: {error}") from error

    @override
    def put(self, path: str, data: bytes) -> None:
        self._request("put_object", path, Body=data)

    @override
    def swap(self, path: str, data: bytes, tag: str | None) -> StoredObject | None:
        condition = {"IfNoneMatch": "*"} if tag is None else {"IfMatch": tag}
        try:
            return StoredObject(data, self._request("put_object", path, Body=data, **condition)["ETag"])
        except OSError as error:
            if not _is_refused(error):
                raise
        # The object may be ours nevertheless: a request whose response was lost is repeated, and then refused.
        return self.get(path)

    @override
    def delete(self, path: str, tag: str | None) -> None:
        try:
            self._request("delete_object", path, **({} if tag is None else {"IfMatch": tag}))
        except OSError as error:
            if not _is_refused(error):
                raise

    @override
    def exists(self, path: str) -> bool:
        try:  # s3fs's own `exists` would list the folder of a missing object
            self._request("head_object", path)
        except FileNotFoundError:
            return False
        return True

    @override
    def names(self, folder: str) -> list[str]:
        # With a prefix, s3fs does not look for an object of the folder's name.
        start = len(self._bucket) + 1 + len(self._below)
        place = f"{self._bucket}/{self._below}".rstrip("/")
        return sorted(path[start:] for path in self._files.find(place, prefix=f"{folder}/" if folder else ""))

    def _request(self, method: str, path: str, **options: object) -> dict[str, Any]:
        try:
            response: dict[str, Any] = self._files.call_s3(
                method, Bucket=self._bucket, Key=f"{self._below}{path}", **options
            )
        except BotoCoreError as error:
            raise OSError(f"s3://{self._bucket} cannot be reached: {error}") from error
        except FileNotFoundError as error:
            if "Body" in options and _code(error) == "NoSuchBucket":
                raise OSError(f"there is no bucket {self._bucket}: create it, or correct the URL") from error
            raise
        return response


def _is_refused(error: OSError) -> bool:
    """Return whether a condition did not hold; s3fs has an error for only one of them, S3's own code shows all."""
    return isinstance(error, FileNotFoundError) or _code(error) in ("PreconditionFailed", "ConditionalRequestConflict")


def _code(error: OSError) -> str:
    response = getattr(error.__cause__, "response", {})
    return str(response.get("Error", {}).get("Code", ""))
