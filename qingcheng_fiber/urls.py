"""The portal's addresses, a prefix a room."""

from django.urls import include, path

urlpatterns = [
    path("areas/", include("areas.urls")),
    path("accounts/", include("accounts.urls")),
    path("returns/", include("returns.urls")),
    path("acceptance/", include("acceptance.urls")),
    path("", include("reports.urls")),
]
