"""Columns to and from PostgreSQL by binary COPY, without a Python object for each row.

A row in which every field has a fixed width is a fixed run of bytes, so that a whole answer is read as one array.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"
_EPOCH = np.datetime64("2000-01-01")
_NO_BEGINNING, _NO_END = -(2**31), 2**31 - 1
"""How PostgreSQL writes -infinity and infinity of a date."""

_INT4 = 23
"""The type number of an int4, which an array of them carries."""


def read(cursor, query: str, parameters: Sequence, **columns: str) -> dict[str, np.ndarray]:
    """The columns of a query, by name, as numpy types (``i2 i4 i8 f8 ?``); no field may be null.

    ValueError when the server answers with other widths than the types have.
    """
    answer = io.BytesIO()
    statement = cursor.mogrify(f"COPY ({query}) TO STDOUT (FORMAT binary)", parameters).decode()
    cursor.copy_expert(statement, answer)
    layout = [("fields", ">i2")]
    for name, kind in columns.items():
        layout += [(f"{name} width", ">i4"), (name, np.dtype(kind).newbyteorder(">"))]
    row = np.dtype(layout)
    content = answer.getbuffer()
    count, rest = divmod(len(content) - len(_SIGNATURE) - len(_TRAILER), row.itemsize)
    rows = np.frombuffer(content, row, count, len(_SIGNATURE)) if not rest else None
    if rows is None or any(count and not (rows[f"{name} width"] == row[name].itemsize).all() for name in columns):
        raise ValueError(f"unexpected widths in the answer to: {query}")
    return {name: rows[name].astype(row[name].newbyteorder("=")) for name in columns}


def days(column: np.ndarray, always: np.datetime64, forever: np.datetime64) -> np.ndarray:
    """Dates from the days as PostgreSQL counts them; an infinite one stands for a blank."""
    found = _EPOCH + column.astype("timedelta64[D]")
    found[column == _NO_BEGINNING] = always
    found[column == _NO_END] = forever
    return found


@dataclass(frozen=True)
class _Field:
    """A column as the bytes of its values and the width of each; -1 stands for null."""

    values: np.ndarray
    width: np.ndarray

    @classmethod
    def of(cls, column: np.ndarray) -> "_Field":
        missing = np.ma.getmaskarray(column) if isinstance(column, np.ma.MaskedArray) else None
        values = np.ma.getdata(column)
        if values.dtype.kind == "S":
            width = np.char.str_len(values).astype(np.int32)
        else:
            values = _encoded(values)
            width = np.full(len(values), values.dtype.itemsize, dtype=np.int32)
        if missing is not None:
            width[missing.reshape(len(width), -1).any(axis=1)] = -1
        return cls(values, width)


def _encoded(values: np.ndarray) -> np.ndarray:
    """Numbers, dates and arrays of int4 as PostgreSQL has them on the wire."""
    if values.ndim == 2:
        return _array(values)
    if values.dtype.kind == "M":
        return (values.astype("datetime64[D]") - _EPOCH).astype(">i4")
    return values.astype(values.dtype.newbyteorder(">"))


def _array(values: np.ndarray) -> np.ndarray:
    """Each row of a table as an int4[]: dimensions, no nulls, type, length, lower bound, then the elements."""
    rows, width = values.shape
    element = np.dtype([("width", ">i4"), ("value", ">i4")])
    coded = np.empty(rows, np.dtype([("head", ">i4", 5), ("elements", element, width)]))
    coded["head"] = (1, 0, _INT4, width, 1)
    coded["elements"]["width"], coded["elements"]["value"] = 4, values
    return coded


def packed(*columns: np.ndarray) -> bytes:
    """Rows for a binary COPY; rows whose fields have the same widths stand together, otherwise in the order given."""
    fields = [_Field.of(column) for column in columns]
    pattern = np.zeros(len(fields[0].width), dtype=np.int64)
    for field in fields:
        if len(np.unique(field.width)) > 1:
            pattern = np.unique(pattern * 1000 + field.width, return_inverse=True)[1].astype(np.int64)
    order = np.argsort(pattern, kind="stable")
    ends = np.flatnonzero(np.diff(pattern[order], append=-1)) + 1
    groups = np.split(order, ends[:-1])
    return b"".join([_SIGNATURE, *(_rows(fields, group) for group in groups if len(group)), _TRAILER])


def _rows(fields: list[_Field], group: np.ndarray) -> bytes:
    layout: list[tuple] = [("fields", ">i2")]
    widths = [int(field.width[group[0]]) for field in fields]
    for place, (field, width) in enumerate(zip(fields, widths, strict=True)):
        layout.append((f"width{place}", ">i4"))
        if width > 0:
            layout.append((f"value{place}", f"S{width}" if field.values.dtype.kind == "S" else field.values.dtype))
    rows = np.empty(len(group), np.dtype(layout))
    rows["fields"] = len(fields)
    for place, (field, width) in enumerate(zip(fields, widths, strict=True)):
        rows[f"width{place}"] = width
        if width > 0:
            rows[f"value{place}"] = field.values[group]
    return rows.tobytes()


def write(cursor, table: str, **columns: np.ndarray) -> None:
    """Append rows to a table."""
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT binary)"
    cursor.copy_expert(statement, io.BytesIO(packed(*columns.values())), 1 << 20)
