"""papers/: the documents that were issued, and how documents are worded."""

from django.urls import path, register_converter

from papers import views, wording_views
from papers.serving import FORMS


class FormConverter:
    """The form in which a paper is asked for: pdf or docx."""

    regex = "|".join(FORMS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(FormConverter, "paper_form")

app_name = "papers"
urlpatterns = [
    path("", views.documents, name="documents"),
    path("<int:pk>/", views.document, name="document"),
    path("<int:pk>/<paper_form:form>/", views.download, name="download"),
    path("wordings/", wording_views.index, name="wordings"),
    path("wordings/<slug:key>/", wording_views.wording, name="wording"),
    path("wordings/<slug:key>/restore/", wording_views.restore, name="restore_wording"),
    path("wordings/<slug:key>/preview/", wording_views.preview, name="preview_wording"),
]
