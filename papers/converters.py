"""The form of a paper in an address: …/pdf/ or …/docx/ (``<paper_form:form>``)."""

from django.urls import register_converter

from papers.serving import FORMS


class FormConverter:
    regex = "|".join(FORMS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(FormConverter, "paper_form")
