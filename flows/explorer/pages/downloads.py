"""The tables of a place as files, and the SQL that makes them."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO

from fastapi import APIRouter, HTTPException
from fastapi.responses import StreamingResponse

from flows.explorer.explorer import Shared
from flows.explorer.places.downloads import FRAMES, select
from flows.explorer.places.files import WRITERS
from flows.explorer.places.place import find_place

router = APIRouter(prefix="/places")
_MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "sql": "text/plain; charset=utf-8",
}
_PIECE = 1 << 20


@router.get("/{code}/{name}.{kind}")
def download(code: str, name: str, kind: str, explorer: Shared) -> StreamingResponse:
    """Return a table of a place as a file; 404 if there is none such."""
    place = find_place(explorer.index, code)
    if place is None or name not in FRAMES or kind not in WRITERS:
        raise HTTPException(404)
    # On disk, so that the memory of a large table is not held, and an error is told before anything is sent.
    file = TemporaryFile()  # noqa: SIM115
    try:
        WRITERS[kind](explorer.warehouse, select(name, place.code), file)
    except BaseException:
        file.close()
        raise
    headers = {"Content-Disposition": f'attachment; filename="{place.code}-{name}.{kind}"'}
    return StreamingResponse(_pieces(file), media_type=_MEDIA_TYPES[kind], headers=headers)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece
