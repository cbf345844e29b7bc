"""papers/: the documents that were issued, and how documents are worded."""

from django.urls import path

from papers import views, wording_views

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
