"""A quarter in an address (``<quarter:quarter>``), written 2018Q2."""

from common.periods import Quarter


class QuarterConverter:
    """Known to every ``urls.py`` once ``common`` is ready."""

    regex = "[0-9]{4}Q[1-4]"

    def to_python(self, value: str) -> Quarter:
        return Quarter.parse(value)

    def to_url(self, value: Quarter | str) -> str:
        return str(value)
