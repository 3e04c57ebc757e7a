"""Style sheets and scripts; the JavaScript of the charts comes out of the vl-convert wheel, so nothing is fetched."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import vl_convert
from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse, Response

router = APIRouter(prefix="/assets")
_FOLDER = Path(__file__).parents[1] / "static"
_KEPT = {"Cache-Control": "no-cache"}
"""Asked for anew each time, as a browser keeps what it has while it is the same."""


@router.get("/charts.js")
def charts_script() -> Response:
    """Return Vega-Lite with what draws it, as one module that gives the page `vegaEmbed`."""
    return Response(_charts_script(), media_type="text/javascript", headers=_KEPT)


@cache
def _charts_script() -> str:
    return vl_convert.javascript_bundle()


@router.get("/{name}")
def asset(name: str) -> Response:
    """Return a file of `static/`; 404 for any other."""
    if name not in {path.name for path in _FOLDER.iterdir()}:
        raise HTTPException(404)
    return FileResponse(_FOLDER / name, headers=_KEPT)
