"""Traditional characters as simplified ones, so that a sheet from Hong Kong or of an old typist names the same villages."""

from pathlib import Path

_PAIRS = "".join((Path(__file__).parent / "traditional.txt").read_text("utf-8").split())
"""Each traditional character with the simplified one behind it: those of Big5 whose other form is a common one of GB 2312."""
_SIMPLIFIED = {ord(one): other for one, other in zip(_PAIRS[::2], _PAIRS[1::2], strict=True)}


def simplified(text: str) -> str:
    """With simplified characters; 龍塘 as 龙塘."""
    return text if text.isascii() else text.translate(_SIMPLIFIED)
