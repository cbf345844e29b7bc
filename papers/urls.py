"""papers/: the documents that were issued, and how documents are worded."""

from django.urls import path

from papers import draft_views, office_views, views, wording_views

app_name = "papers"
urlpatterns = [
    path("", views.documents, name="documents"),
    path("<int:pk>/", views.document, name="document"),
    path("<int:pk>/<paper_form:form>/", views.download, name="download"),
    path("<int:pk>/correct/", views.correct, name="correct"),
    path("<int:pk>/correct/preview/", views.preview_correction, name="preview_correction"),
    path("drafts/<slug:kind>/<str:name>/", draft_views.draft, name="draft"),
    path("drafts/<slug:kind>/<str:name>/<paper_form:form>/", draft_views.preview, name="draft_file"),
    path("office/", office_views.office, name="office"),
    path("numbers/", office_views.register, name="numbers"),
    path("numbers/keep/", office_views.keep, name="keep_numbers"),
    path("numbers/void/", office_views.void, name="void_number"),
    path("wordings/", wording_views.index, name="wordings"),
    path("wordings/<slug:key>/", wording_views.wording, name="wording"),
    path("wordings/<slug:key>/restore/", wording_views.restore, name="restore_wording"),
    path("wordings/<slug:key>/preview/", wording_views.preview, name="preview_wording"),
]
