from django.urls import path

from reports.certificates import public_views as views

app_name = "public"
urlpatterns = [
    path("", views.index, name="index"),
    path("key/", views.key, name="key"),
    path("key/<str:key>.pem", views.key_file, name="key_file"),
    path("<str:code>/", views.certificate, name="certificate"),
    path("<str:code>/certificate.json", views.document, name="document"),
]
