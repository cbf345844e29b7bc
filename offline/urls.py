"""offline/: what devices ask."""

from django.urls import path

from offline import views

app_name = "offline"
urlpatterns = [
    path("offline/session/", views.session, name="session"),
    path("offline/key/", views.key, name="key"),
]
