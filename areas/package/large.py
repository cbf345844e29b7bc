"""Large sheets: read by calamine in a process of its own, with a limit on its memory, after the guard has passed them.

A library that is made to ask for too much memory ends its process; here only the child's. What the
child cannot read exactly as openpyxl does it leaves to openpyxl (``None``).
"""

import marshal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from areas.package.cells import text
from areas.package.rows import Sheet

MEMORY_BYTES = 1_500_000_000
"""Address space of the child, libraries included; what it really holds is far less."""
_SECONDS = 300
_ROOT = Path(__file__).resolve().parents[2]
_EXACT = 2**53
_PORTION = 2_000


def sheets(path: Path) -> list[Sheet] | None:
    """The worksheets with the rows that hold anything; None: leave the workbook to openpyxl."""
    command = [sys.executable, "-m", "areas.package.large", str(path.resolve())]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=_ROOT) as child:
        try:
            found = list(_received(child.stdout))
            is_whole = child.wait(_SECONDS) == 0
        except (EOFError, ValueError, TypeError, subprocess.TimeoutExpired):
            is_whole = False
        finally:
            child.kill()
    return found if is_whole else None


def _received(pipe: BinaryIO) -> Iterator[Sheet]:
    """The sheets as the child sends them; EOFError when it ends too early."""
    while heading := marshal.load(pipe):
        title, is_hidden = heading
        rows: list[tuple[int, Sequence[str]]] = []
        while portion := marshal.load(pipe):
            rows += portion
        yield Sheet(title.strip(), rows, is_hidden=is_hidden)


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows; the guard stands before either way.
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def _send(path: str) -> None:
    import python_calamine as calamine

    out = sys.stdout.buffer
    book = calamine.CalamineWorkbook.from_path(path)
    for about in book.sheets_metadata:
        if about.typ == calamine.SheetTypeEnum.WorkSheet:
            marshal.dump((about.name, about.visible != calamine.SheetVisibleEnum.Visible), out)
            for portion in _portions(book.get_sheet_by_name(about.name)):
                marshal.dump(portion, out)
            marshal.dump([], out)
    marshal.dump((), out)


def _portions(sheet) -> Iterator[list[tuple[int, list[str]]]]:
    """The rows that hold anything; columns that the library leaves out before the first come back."""
    margin = [""] * sheet.start[1] if sheet.start else []
    portion = []
    known = _Numbers()
    for number, values in enumerate(sheet.iter_rows(), start=1):
        cells = [
            value if type(value) is str else known[value] if type(value) is float else text(value) for value in values
        ]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            portion.append((number, margin + cells))
        if len(portion) == _PORTION:
            yield portion
            portion = []
    if portion:
        yield portion


class _Numbers(dict):
    """Numbers as text, each written once. ValueError for one so large that a double may not be what was typed."""

    def __missing__(self, value: float) -> str:
        if abs(value) >= _EXACT:
            raise ValueError
        self[value] = said = str(int(value)) if value.is_integer() else text(value)
        return said


if __name__ == "__main__":
    _limit_memory()
    _send(sys.argv[1])
