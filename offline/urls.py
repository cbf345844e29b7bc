"""The worker, at the root for which it works, and offline/: what devices ask."""

from django.urls import path

from offline import views

app_name = "offline"
urlpatterns = [
    path("worker.js", views.worker, name="worker"),
    path("offline/shell/<slug:name>/", views.shell, name="shell"),
    path("offline/session/", views.session, name="session"),
    path("offline/key/", views.key, name="key"),
]
