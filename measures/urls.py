"""measures/: the records of measures, each kind by the same pages."""

from django.urls import path

from measures import views

app_name = "measures"
urlpatterns = [
    path("", views.records, name="records"),
    path("tags/", views.tags_page, name="tags"),
    path("new/<slug:key>/", views.new, name="new"),
    path("<int:pk>/", views.record, name="record"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/step/", views.step, name="step"),
    path("files/<int:pk>/", views.download, name="file"),
]
