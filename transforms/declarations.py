"""What people declare beside the code (forms, checks, lexicon, divisions): a YAML file → its strict model.

Owns what is said of a file that is at fault, for it is what users are asked to edit. Must not know any of the models.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

_Model = TypeVar("_Model", bound=BaseModel)
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # each process that reads begins with these files
_MOST_TOLD = 3


class DeclarationError(ValueError):
    """A declared file is at fault; the message names it, and where and what, in one line."""


def read_declared(path: Path, model: type[_Model]) -> _Model:
    """What a file declares. Raises DeclarationError where it is no YAML in UTF-8 or does not fit the model."""
    try:
        return model.model_validate(yaml.load(path.read_text("utf-8"), _Loader))
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
        more = f" (and {len(faults) - _MOST_TOLD} more)" if len(faults) > _MOST_TOLD else ""
        raise DeclarationError(f"{path}: {'; '.join(faults[:_MOST_TOLD])}{more}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DeclarationError(f"{path}: not YAML in UTF-8: {' '.join(str(error).split())}") from error
