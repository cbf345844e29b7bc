"""What a document says, without how it looks: plain values that PDF, Word and the page are made from.

A description is frozen: as JSON it is stored with the document, and the same paper can be made from it years later.
Lengths are millimetres, sizes points, unless a name says otherwise.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from enum import StrEnum
from math import ceil
from typing import Any


class Layout(StrEnum):
    """How a document is laid out: by GB/T 9704-2012 as a document, as a letter (信函格式) or with a bulletin's head (报头);
    as a brief of one page with the same head; or as a form to be filled and signed.
    """

    OFFICIAL = "official"
    LETTER = "letter"
    BULLETIN = "bulletin"
    BRIEF = "brief"
    SHEET = "sheet"

    @property
    def is_official(self) -> bool:
        """Whether the page is that of the standard: 22 lines of 28 characters."""
        return self not in (Layout.BRIEF, Layout.SHEET)


_LEVELS = (
    re.compile(r"[一二三四五六七八九十百]+、"),
    re.compile(r"（[一二三四五六七八九十百]+）"),
    re.compile(r"[0-9]+[.．](?![0-9])"),
    re.compile(r"（[0-9]+）"),
)


@dataclass(frozen=True)
class Paragraph:
    """A paragraph. Its level shows in how it begins: 一、 is 1, （一） 2, 1. 3, （1） 4; any other is 0.

    ``role`` is the font of one that is set otherwise than text: ``first`` (黑体) or ``title``.
    """

    text: str
    align: str = "justify"
    role: str = ""

    @property
    def level(self) -> int:
        if self.role:
            return 0
        return next((number for number, begin in enumerate(_LEVELS, start=1) if begin.match(self.text)), 0)

    @property
    def parts(self) -> tuple[str, str]:
        """The heading and what follows it in the same paragraph; a heading ends with its first full stop."""
        if self.level not in (1, 2):
            return "", self.text
        heading, stop, rest = self.text.partition("。")
        return (heading + stop, rest) if rest else (self.text, "")


LINE_MM = 156
"""The width of the text of an official document."""
_SHORT_ROWS, _SHORT_LINES = 8, 10


@dataclass(frozen=True)
class PaperColumn:
    """A column of a table: ``width`` is its share of the line, ``align`` left, center or right."""

    label: str
    width: float = 1
    align: str = "center"


@dataclass(frozen=True)
class PaperTable:
    """A table whose header is repeated on each page; the last ``totals`` rows are sums.

    Without any label there is no header. ``row_height`` is a least height, for rows to be filled by hand.
    """

    columns: tuple[PaperColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    unit: str = ""
    totals: int = 0
    size: float = 12
    row_height: float = 0

    @property
    def has_header(self) -> bool:
        return any(column.label for column in self.columns)

    @property
    def is_short(self) -> bool:
        """Whether it takes so little of a page that it is better not torn; a taller one would leave the page before half empty."""
        return len(self.rows) <= _SHORT_ROWS and sum(map(self._lines, self.rows)) <= _SHORT_LINES

    def _lines(self, row: tuple[str, ...]) -> int:
        """How many lines a row takes at least."""
        whole = sum(column.width for column in self.columns)
        room = [LINE_MM * 72 / 25.4 * column.width / whole / self.size for column in self.columns]
        return max(ceil(width_em(text) / each) for text, each in zip(row, room, strict=True))


@dataclass(frozen=True)
class PaperPicture:
    """A picture of a document: PNG or JPEG as base64, with its width."""

    image: str
    width: float = 100
    caption: str = ""


@dataclass(frozen=True)
class Signatures:
    """Places for signatures, side by side, with one for the day beneath."""

    labels: tuple[str, ...]
    day: str = "年　　月　　日"


@dataclass(frozen=True)
class Gap:
    """A number of blank lines."""

    lines: int = 1


@dataclass(frozen=True)
class PageBreak:
    """A page break."""


Block = Paragraph | PaperTable | PaperPicture | Signatures | Gap | PageBreak
BLOCKS = {
    "Paragraph": Paragraph,
    "Table": PaperTable,
    "Figure": PaperPicture,
    "Signatures": Signatures,
    "Gap": Gap,
    "PageBreak": PageBreak,
}
"""The kinds of block by the words that stored descriptions and the typesetter call them; these never change."""


def block_word(block: Block) -> str:
    """What a stored description calls a block of this kind."""
    return next(word for word, kind in BLOCKS.items() if kind is type(block))


_MARK_MOST_PT, _MARK_LEAST_PT = 44, 18


UNSIGNED = "（待签）"
"""Stands for 签发人 on an upward paper that nobody has signed, so that it looks as it will."""


@dataclass(frozen=True)
class PaperHead:
    """The red head (版头): the body's mark (发文机关标志), the number (发文字号) and, going upwards, who signed (签发人).

    A bulletin's (报头) says at the left who made it and at the right the day.
    """

    mark: str
    number: str = ""
    signer: str = ""
    made_by: str = ""
    made_on: str = ""

    @property
    def size(self) -> float:
        """The size of the mark, in points: as large as the line allows, within bounds."""
        points = LINE_MM * 72 / 25.4 / max(width_em(self.mark), 1)
        return max(_MARK_LEAST_PT, min(_MARK_MOST_PT, int(points)))


@dataclass(frozen=True)
class SignOff:
    """Who issues it (发文机关署名) and when (成文日期), at the end on the right, with room for the seal."""

    body: str
    on: str

    @property
    def indents_em(self) -> tuple[float, float]:
        """How far the body and the date stand from the right: the date four characters, the body in its middle."""
        by, day = width_em(self.body), width_em(self.on)
        return max(4 + (day - by) / 2, 0), 4


@dataclass(frozen=True)
class Imprint:
    """The lines at the foot of the last page (版记), an even one; of a letter only to whom copies go.

    ``witness`` is the head of the log when it was issued (``witness.tree``), as circulars carry it out of the house.
    """

    printed_by: str
    printed_on: str
    copies_to: str = ""
    witness: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """What it says; a tab sets what follows it at the right."""
        copies = f"抄送：{self.copies_to}。" if self.copies_to else ""
        printed = f"{self.printed_by}\t{self.printed_on}印发" if self.printed_by else ""
        return tuple(filter(None, (copies, printed, self.witness)))


@dataclass(frozen=True)
class Paper:
    """A whole document. A line break in the title is kept; ``headline`` stands over a form, spread along the line.

    ``annex`` begins a page after the signature; ``attachments`` names what it holds. ``note`` (附注) stands in brackets
    beneath the date: whom to ask, and by which telephone.
    """

    title: str
    body: tuple[Block, ...]
    layout: Layout = Layout.OFFICIAL
    is_landscape: bool = False
    head: PaperHead | None = None
    addressee: str = ""
    headline: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    sign_off: SignOff | None = None
    note: str = ""
    annex: tuple[Block, ...] = ()
    imprint: Imprint | None = None

    @property
    def subject(self) -> str:
        """The title in one line."""
        return self.title.replace("\n", "")


@dataclass(frozen=True)
class Annex:
    """An attachment (附件): what it is called, and what stands in it; without blocks it is enclosed, and only named."""

    title: str
    blocks: tuple[Block, ...] = ()


def annexed(annexes: Sequence[Annex]) -> dict[str, Any]:
    """The parts of a paper that its attachments make: their names beneath the text, and each on a page of its own."""
    blocks: list[Block] = []
    for number, annex in enumerate(annexes, start=1):
        if annex.blocks:
            mark = f"附件{number}" if len(annexes) > 1 else "附件"
            blocks += [PageBreak()] if blocks else []
            blocks += [Paragraph(mark, "left", "first"), Gap(), Paragraph(annex.title, "center", "title"), Gap()]
            blocks += annex.blocks
    return {"attachments": tuple(annex.title for annex in annexes), "annex": tuple(blocks)}


def paragraphs(text: str) -> tuple[Paragraph, ...]:
    """A paragraph for each line that is not blank."""
    return tuple(Paragraph(close_up(line.strip())) for line in text.splitlines() if line.strip())


_AIR = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[0-9])|(?<=[0-9%.]) (?=[\u3000-\u9fff\uff00-\uffef])")


def close_up(text: str) -> str:
    """Without the blanks that the screen leaves around figures: paper has none."""
    return _AIR.sub("", text)


TITLE_EM = 20
"""How many characters of a title stand in a line."""


def title_lines(title: str) -> str:
    """The title in the lines that it has; of one line, broken after 关于 where it is too long and the halves are not."""
    title = "\n".join(line.strip() for line in title.splitlines() if line.strip())
    before, about, after = title.partition("关于")
    parts = before + about, after
    if "\n" in title or width_em(title) <= TITLE_EM or any(not 0 < width_em(part) <= TITLE_EM for part in parts):
        return title
    return "\n".join(parts)


def day_written(day: date) -> str:
    """2018年7月5日."""
    return f"{day.year}年{day.month}月{day.day}日"


def width_em(text: str) -> float:
    """How wide a text is in characters: what is not Chinese takes half the room."""
    return sum(1 if unicodedata.east_asian_width(letter) in "WFA" else 0.5 for letter in text)


def to_json(paper: Paper) -> dict[str, Any]:
    """The description as JSON holds it; each block says what it is."""
    plain = asdict(paper)
    for name in ("body", "annex"):
        blocks = zip(getattr(paper, name), plain[name], strict=True)
        plain[name] = [{"block": block_word(block), **part} for block, part in blocks]
    return plain


def from_json(plain: dict[str, Any]) -> Paper:
    """The description that ``to_json`` wrote; TypeError or KeyError for anything else."""
    parts = {"head": PaperHead, "sign_off": SignOff, "imprint": Imprint}
    values = {name: parts[name](**value) if name in parts and value else value for name, value in plain.items()}
    values["layout"] = Layout(values["layout"])
    for name in ("body", "annex"):
        values[name] = tuple(_block(dict(part)) for part in values[name])
    return Paper(**_tuples(Paper, values))


def _block(part: dict[str, Any]) -> Block:
    kind = BLOCKS[part.pop("block")]
    if kind is PaperTable:
        part["columns"] = [PaperColumn(**column) for column in part["columns"]]
        part["rows"] = [tuple(row) for row in part["rows"]]
    return kind(**_tuples(kind, part))


def _tuples(kind: type, values: dict[str, Any]) -> dict[str, Any]:
    """Lists become tuples: JSON knows no others."""
    names = {entry.name for entry in fields(kind)}
    return {
        name: tuple(value) if isinstance(value, list) and name in names else value for name, value in values.items()
    }
