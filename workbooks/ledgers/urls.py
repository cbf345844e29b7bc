"""ledgers/: the workbooks of the ledgers."""

from django.urls import path

from workbooks.ledgers import selection, views

app_name = "ledgers"
urlpatterns = [
    path("", views.index, name="index"),
    path("uploads/<int:pk>/", views.preview, name="preview"),
    path("selection/<slug:key>/", selection.page, name="selection"),
    path("<slug:key>/", views.ledger, name="ledger"),
    path("<slug:key>/workbook/", views.download, name="download"),
]
