"""Style sheets and scripts; the JavaScript of the charts comes out of the vl-convert wheel, so nothing is fetched."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import vl_convert
from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse, Response

router = APIRouter(prefix="/assets")
STATIC = Path(__file__).parents[1] / "static"
CHARTS = "charts.js"
"""The name of the script that draws charts, which is no file."""
_KEPT = {"Cache-Control": "no-cache"}
"""Asked for anew each time, as a browser keeps what it has while it is the same."""


@router.get(f"/{CHARTS}")
def charts_script() -> Response:
    """Return Vega-Lite with what draws it, as one module that gives the page `vegaEmbed`."""
    return Response(_charts_script(), media_type="text/javascript", headers=_KEPT)


@cache
def _charts_script() -> str:
    return vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")


@router.get("/{name}")
def asset(name: str) -> Response:
    """Return a file of `static/`; 404 for any other."""
    if name not in {path.name for path in STATIC.iterdir()}:
        raise HTTPException(404)
    return FileResponse(STATIC / name, headers=_KEPT)
