"""The tables of a place as files, and the SQL that makes them."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, HTTPException
from fastapi.responses import StreamingResponse

from flows.explorer.explorer import Shared
from flows.explorer.places.downloads import FRAMES, KINDS, write_frame
from flows.explorer.places.place import find_place
from flows.explorer.table_files import TooManyFiles, file_response

router = APIRouter(prefix="/places")


@router.get("/{code}/{name}.{kind}")
def download(code: str, name: str, kind: str, explorer: Shared) -> StreamingResponse:
    """Return a table of a place as a file; 404 if there is none such, 503 if others are being written."""
    place = find_place(explorer.index, code)
    if place is None or name not in FRAMES or kind not in KINDS:
        raise HTTPException(404)
    write = partial(write_frame, explorer.warehouse, name, place.code, kind)
    try:
        return file_response(f"{place.code}-{name}", kind, write)
    except TooManyFiles as error:
        raise HTTPException(503, str(error)) from error
