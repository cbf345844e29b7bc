"""Many PDFs put together as one, written part by part: memory holds one part, and some bytes for each object before it."""

import io
from array import array
from collections import deque
from collections.abc import Iterator
from typing import IO

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, NumberObject, TextStringObject

_CATALOG, _PAGES, _INFO = 1, 2, 3
_LEFT_OUT = frozenset({"/StructParent", "/StructParents"})
"""Entries that lead into the tree of a part's structure, which does not come along."""


class Joined:
    """A PDF that grows on ``target``: ``add`` parts, then ``close``; until then it cannot be read."""

    def __init__(self, target: IO[bytes], title: str) -> None:
        self._target, self._title = target, title
        self._offsets = array("Q", bytes(8 * (_INFO + 1)))
        """Where each object stands, by its number."""
        self._pages = array("L")
        target.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def add(self, part: bytes) -> None:
        """The pages of ``part`` with all that they need; what else stands in it (outline, structure) is left out."""
        reader = PdfReader(io.BytesIO(part))
        moved = _Moved(reader, len(self._offsets))
        for page in list(reader.pages):
            # Known before any is read, for an object may lead back to its page.
            self._pages.append(moved.reference(page.indirect_reference).idnum)
            page[NameObject("/Parent")] = _reference(_PAGES)
        for held in moved.objects():
            self._offsets.append(self._write(len(self._offsets), held))
        # Reader and objects hold each other, and would lie about until they are noticed.
        reader.resolved_objects.clear()
        reader.flattened_pages = None

    def close(self) -> None:
        """Write what holds the pages together, and where everything stands."""
        kids, count = ArrayObject(map(_reference, self._pages)), NumberObject(len(self._pages))
        last = {
            _CATALOG: _dictionary(Type=NameObject("/Catalog"), Pages=_reference(_PAGES)),
            _PAGES: _dictionary(Type=NameObject("/Pages"), Count=count, Kids=kids),
            _INFO: _dictionary(Title=TextStringObject(self._title)),
        }
        for number, held in last.items():
            self._offsets[number] = self._write(number, held)
        start, size = self._target.tell(), NumberObject(len(self._offsets))
        self._target.write(b"xref\n0 %d\n0000000000 65535 f \n" % size)
        for offset in self._offsets[1:]:
            self._target.write(b"%010d 00000 n \n" % offset)
        self._target.write(b"trailer\n")
        _dictionary(Size=size, Root=_reference(_CATALOG), Info=_reference(_INFO)).write_to_stream(self._target)
        self._target.write(b"\nstartxref\n%d\n%%%%EOF\n" % start)

    def _write(self, number: int, held) -> int:
        """Write the object; where it stands."""
        offset = self._target.tell()
        self._target.write(b"%d 0 obj\n" % number)
        held.write_to_stream(self._target)
        self._target.write(b"\nendobj\n")
        return offset


class _Moved:
    """The objects of a part under new numbers, from ``first`` on in the order in which they come."""

    def __init__(self, reader: PdfReader, first: int) -> None:
        self._reader, self._first = reader, first
        self._numbers: dict[int, int] = {}
        self._waiting: deque[IndirectObject] = deque()

    def reference(self, old: IndirectObject) -> IndirectObject:
        """The new reference to what ``old`` leads to, which is then on its way, too."""
        if old.idnum not in self._numbers:
            self._numbers[old.idnum] = self._first + len(self._numbers)
            self._waiting.append(old)
        return _reference(self._numbers[old.idnum])

    def objects(self) -> Iterator:
        """Each when it is its turn, until there is none that another leads to."""
        while self._waiting:
            yield self._renumbered(self._reader.get_object(self._waiting.popleft()))

    def _renumbered(self, held):
        """``held`` with its references renumbered; those to the tree of pages, numbered already, stay."""
        if isinstance(held, IndirectObject):
            return held if held.pdf is None else self.reference(held)
        if isinstance(held, DictionaryObject):
            for key in [key for key in held if key in _LEFT_OUT]:
                del held[key]
            for key, value in list(dict.items(held)):
                dict.__setitem__(held, key, self._renumbered(value))
        elif isinstance(held, ArrayObject):
            held[:] = [self._renumbered(value) for value in list.__iter__(held)]
        return held


def _reference(number: int) -> IndirectObject:
    return IndirectObject(number, 0, None)


def _dictionary(**entries) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{name}"): value for name, value in entries.items()})
