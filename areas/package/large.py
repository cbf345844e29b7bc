"""Large sheets: read by calamine in a process of its own, with a limit on its memory, after the guard has passed them.

A library that is made to ask for too much memory ends its process; here only the child's. What the
child cannot read exactly as openpyxl does it leaves to openpyxl (``None``).
"""

import gc
import marshal
import struct
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Any

from areas.package.tables import PackageSheet
from areas.package.values import cell_text

MEMORY_BYTES = 1_500_000_000
"""Address space of the child, libraries included; what it really holds is far less."""
_SECONDS = 300
_ROOT = Path(__file__).resolve().parents[2]
_EXACT = 2**53
_PORTION = 2_000
_LENGTH = ">Q"


def sheets(path: Path) -> list[PackageSheet] | None:
    """The worksheets with the rows that hold anything; None: leave the workbook to openpyxl."""
    command = [sys.executable, "-m", "areas.package.large", str(path.resolve())]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=_ROOT) as child:
        try:
            assert child.stdout is not None
            found = list(_received(child.stdout))
            is_whole = child.wait(_SECONDS) == 0
        except (EOFError, ValueError, TypeError, struct.error, subprocess.TimeoutExpired):
            is_whole = False
        finally:
            child.kill()
    return found if is_whole else None


def _received(pipe: IO[bytes]) -> Iterator[PackageSheet]:
    """The sheets as the child sends them; struct.error when it ends too early."""
    while heading := _next(pipe):
        title, is_hidden = heading
        rows: list[tuple[int, Sequence[str]]] = []
        while portion := _next(pipe):
            rows += portion
        yield PackageSheet(title.strip(), rows, is_hidden=is_hidden)


def _next(pipe: IO[bytes]) -> Any:
    """What the child sent next, in one piece: its length first, for reading value by value is five times as slow."""
    (length,) = struct.unpack(_LENGTH, pipe.read(struct.calcsize(_LENGTH)))
    return marshal.loads(pipe.read(length))


def _put(value: Any, pipe: IO[bytes]) -> None:
    content = marshal.dumps(value)
    pipe.write(struct.pack(_LENGTH, len(content)))
    pipe.write(content)


def limit_memory() -> None:
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
            _put((about.name, about.visible != calamine.SheetVisibleEnum.Visible), out)
            for portion in _portions(book.get_sheet_by_name(about.name)):
                _put(portion, out)
            _put([], out)
    _put((), out)


def _portions(sheet: Any) -> Iterator[list[tuple[int, list[str]]]]:
    """The rows that hold anything; columns that the library leaves out before the first come back."""
    margin = [""] * sheet.start[1] if sheet.start else []
    known = _Numbers()
    rows = enumerate(sheet.iter_rows(), start=1)
    while portion := list(islice(rows, _PORTION)):
        numbers, values = zip(*portion, strict=True)
        texts = zip(*(_texts(column, known) for column in zip(*values, strict=True)), strict=True)
        yield [
            (number, [*margin, *cells]) for number, cells in zip(numbers, map(_shortened, texts), strict=True) if cells
        ]


def _texts(column: Sequence[Any], known: "_Numbers") -> Sequence[str]:
    """A column as text; most hold values of one type only."""
    kinds = set(map(type, column))
    if kinds == {str}:
        return column
    if kinds == {float}:
        return [known[value] for value in column]
    return [
        value if type(value) is str else known[value] if type(value) is float else cell_text(value) for value in column
    ]


def _shortened(cells: Sequence[str]) -> Sequence[str]:
    """Without the blanks at the end."""
    length = len(cells)
    while length and not cells[length - 1]:
        length -= 1
    return cells[:length]


class _Numbers(dict):
    """Numbers as text, each written once. ValueError for one so large that a double may not be what was typed."""

    def __missing__(self, value: float) -> str:
        if abs(value) >= _EXACT:
            raise ValueError
        said = repr(value)
        self[value] = said = said.removesuffix(".0") if "e" not in said else cell_text(value)
        return said


if __name__ == "__main__":
    gc.disable()  # It would walk through a million fresh cells that are no garbage.
    limit_memory()
    _send(sys.argv[1])
