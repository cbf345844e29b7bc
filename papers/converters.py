"""The form of a paper in an address: …/pdf/ or …/docx/ (``<paper_form:form>``)."""

from enum import StrEnum


class PaperForm(StrEnum):
    PDF = "pdf"
    DOCX = "docx"


class FormConverter:
    """Known to every ``urls.py`` once ``papers`` is ready."""

    regex = "|".join(PaperForm)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
