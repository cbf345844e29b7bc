"""Beneath returns/, where the workbooks belong for those who use them."""

from django.urls import path

from workbooks import count_views, summary_views, views

app_name = "workbooks"
urlpatterns = [
    path("operators/<slug:county>/<quarter:quarter>/workbook/", count_views.download, name="count_download"),
    path("operators/<slug:county>/<quarter:quarter>/upload/", count_views.upload, name="count_upload"),
    path("operators/uploads/<int:pk>/reading/", count_views.reading, name="count_reading"),
    path("operators/uploads/<int:pk>/", count_views.preview, name="count_preview"),
    path("rounds/<quarter:quarter>/summary/xlsx/", summary_views.summary, name="summary"),
    path("history/<str:township>/", views.history_, name="history"),
    path("<int:pk>/workbook/", views.download, name="download"),
    path("<int:pk>/upload/", views.upload, name="upload"),
    path("uploads/<int:pk>/reading/", views.reading, name="reading"),
    path("uploads/<int:pk>/", views.preview, name="preview"),
]
