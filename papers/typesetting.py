"""PDF through typst: a template of ours and data as JSON; whatever typst warns of is a failure."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

from papers import fonts

TIMELESS = datetime(2017, 1, 1, tzinfo=UTC)
"""The moment written into a file that has none of its own, so that equal data give equal bytes."""


class NotSet(RuntimeError):
    """A template could not be set as it should be: a font is missing, or the template is wrong."""


def typeset(template: Path, data: Mapping[str, Any], *, at: datetime = TIMELESS, form: Any = "pdf", ppi: float = 96):
    """The template set with ``data``, which it reads as ``json(bytes(sys.inputs.data))``: a PDF, or a PNG a page.

    ``sys.inputs.fonts`` tells it the fonts (``fonts.chosen``). Equal data and moments give equal bytes.
    Raises NotSet on an error or a warning; a missing font is only a warning to typst.
    """
    inputs = {"data": _json(data), "fonts": _json(fonts.chosen())}
    options: Any = {
        "root": str(template.parent),
        "font_paths": fonts.available(),
        "ignore_system_fonts": True,
    }
    try:
        made, warnings = typst.compile_with_warnings(
            str(template), format=form, ppi=ppi, sys_inputs=inputs, timestamp=int(at.timestamp()), **options
        )
    except typst.TypstError as error:
        raise NotSet(error.diagnostic or str(error)) from error
    if warnings:
        raise NotSet("; ".join(warning.message for warning in warnings))
    return made


def _json(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False)
