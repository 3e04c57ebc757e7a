"""A description of data files for machine learning: Croissant 1.1 as JSON-LD, generated from the declarations.

Owns the mapping of declared types to those of Croissant.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import PurePosixPath

from warehouse.describe.datapackage import DataFile, Files, package, semantic_version
from warehouse.schema import Column, Table, full_columns, load_tables

_CONFORMS_TO = "http://mlcommons.org/croissant/1.1"
# mlcroissant knows Parquet only by this name, not by the registered one.
_MEDIA_TYPE = "application/x-parquet"
# The context that the specification requires in every description, verbatim.
_CONTEXT: dict[str, object] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_TYPES = {
    "string": "sc:Text",
    "int32": "cr:Int32",
    "int64": "cr:Int64",
    "double": "cr:Float64",
    "decimal": "sc:Float",
    "bool": "sc:Boolean",
    "date": "sc:Date",
    "timestamp": "sc:DateTime",
}


def croissant(files: Files, published: date, release: str, place: str) -> dict[str, object]:
    """Return `croissant.json` for a folder of files: files with checksums, a file set and a record set a table.

    To be written with `json.dumps(…, ensure_ascii=False, indent=2)`. `release` is the release's name, its day; `place`
    is where it lies, and is included if it is a URL.
    Source: https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html
    """
    facts, version = package(), semantic_version(release)
    present = [load_tables()[name] for name, own in sorted(files.items()) if own]
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": _CONFORMS_TO,
        "name": facts.name,
        "alternateName": [facts.zh, facts.en],
        "description": facts.description,
        "keywords": list(facts.keywords),
        "license": facts.licence,
        **({"url": place} if "://" in place else {}),
        "version": version,
        "datePublished": published.isoformat(),
        "citeAs": f"{facts.name} {version}: {facts.en}",
        "distribution": [node for table in present for node in _distribution(table, files[table.name])],
        "recordSet": [_record_set(table) for table in present],
    }


def _distribution(table: Table, files: Sequence[DataFile]) -> list[dict[str, object]]:
    objects: list[dict[str, object]] = [
        {
            "@type": "cr:FileObject",
            "@id": file.path,
            "name": PurePosixPath(file.path).name,
            "contentUrl": file.path,
            "contentSize": f"{file.size} B",
            "encodingFormat": _MEDIA_TYPE,
            "sha256": file.sha256,
        }
        for file in files
    ]
    whole: dict[str, object] = {
        "@type": "cr:FileSet",
        "@id": _files_of(table),
        "name": _files_of(table),
        "description": f"All files of {table.name}",
        "encodingFormat": _MEDIA_TYPE,
        "includes": [file.path for file in files],
    }
    return [*objects, whole]


def _record_set(table: Table) -> dict[str, object]:
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": f"{table.zh}: {table.en}",
        "key": [{"@id": f"{table.name}/{name}"} for name in table.key],
        "field": [_field(table, column) for column in full_columns(table)],
    }


def _field(table: Table, column: Column) -> dict[str, object]:
    """Return a column as a field, with its reference in words.

    Croissant's `references` makes mlcroissant 1.1 read all tables that it leads to, whole, and give names of fields for
    the records of a table that it has read so before. Without, it reads a table's files one by one.
    """
    kind, _, rest = column.type.partition("(")
    described = f"{column.zh}: {column.en}" + (f" ({column.unit})" if column.unit else "")
    if column.references:
        described += f" → {column.references}"
    field: dict[str, object] = {
        "@type": "cr:Field",
        "@id": f"{table.name}/{column.name}",
        "name": column.name,
        "description": described,
        "dataType": _TYPES[rest.rstrip(")") if kind == "list" else kind],
        "source": {"fileSet": {"@id": _files_of(table)}, "extract": {"column": column.name}},
    }
    if kind == "list":
        field |= {"isArray": True, "arrayShape": "-1"}
    return field


def _files_of(table: Table) -> str:
    return f"{table.name}-files"
