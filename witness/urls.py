from django.urls import path

from witness import views

app_name = "witness"
urlpatterns = [path("", views.check, name="check")]
