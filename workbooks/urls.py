"""Beneath returns/, where the workbooks belong for those who use them."""

from django.urls import path

from workbooks import views

app_name = "workbooks"
urlpatterns = [
    path("rounds/<quarter:quarter>/summary/xlsx/", summary_views.summary, name="summary"),
    path("<int:pk>/workbook/", views.download, name="download"),
    path("<int:pk>/upload/", views.upload, name="upload"),
    path("uploads/<int:pk>/", views.preview_, name="preview"),
]
