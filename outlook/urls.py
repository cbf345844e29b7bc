from django.urls import path

from outlook import views

app_name = "outlook"
urlpatterns = [
    path("", views.forecast, name="forecast"),
]
