"""A grid as the file, or the pasted text, of a form."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.intake.corpus.grid import Grid, csv_text, ods, pasted, xlsx

FILES = Path(__file__).parent / "files"
BY_OFFICE = ("xls", "et", "lo.ods")
"""Written by LibreOffice only, and kept as files."""


def saved(name: str, form: str, grids: list[Grid], active: int = 0) -> tuple[str, Callable[[], bytes | str]]:
    """The ending of the file's name, blank for a pasted block, and what makes its content."""
    if form in BY_OFFICE:
        return form.rpartition(".")[2], (FILES / f"{name}.{form.rpartition('.')[2]}").read_bytes
    makers = {
        "xlsx": ("xlsx", partial(xlsx, *grids, active=active)),
        "ods": ("ods", partial(ods, *grids)),
        "paste": ("", partial(pasted, grids[active])),
        "csv": ("csv", partial(csv_text, grids[active], "utf-8-sig")),
        "csv-utf8": ("csv", partial(csv_text, grids[active])),
        "csv-gbk": ("csv", partial(csv_text, grids[active], "gb18030")),
        "csv-semicolon": ("csv", partial(csv_text, grids[active], "utf-8-sig", ";")),
        "csv-tab": ("txt", partial(csv_text, grids[active], "gb18030", "\t")),
    }
    return makers[form]


FOR_OFFICE: dict[str, tuple[str, list[Grid]]] = {}
"""By the case's name: the form that LibreOffice is to write, and the sheets."""


def file_of(
    name: str, form: str, grids: list[Grid], title: str, active: int = 0
) -> tuple[str, Callable[[], bytes | str]]:
    """The file's name, blank for a pasted block, and what makes its content."""
    if form in BY_OFFICE:
        FOR_OFFICE[name] = form, grids
    ending, make = saved(name, form, grids, active)
    return f"{title}.{ending}" if ending else "", make
