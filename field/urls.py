"""field/: the village walk."""

from django.urls import path

from field import views

app_name = "field"
urlpatterns = [
    path("", views.index, name="index"),
    path("pack/", views.pack, name="pack"),
    path("visits/", views.visits, name="visits"),
    path("visits/<int:pk>/", views.visit, name="visit"),
    path("photos/<int:pk>/", views.photo, name="photo"),
    path("<slug:table>/<path:key>/", views.thing, name="thing"),
]
