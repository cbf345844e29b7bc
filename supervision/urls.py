"""supervision/: followed matters, and the bounds of which one wants to be told."""

from django.urls import path

from supervision import views

app_name = "supervision"
urlpatterns = [
    path("", views.matters, name="matters"),
    path("write/", views.write, name="write"),
    path("<int:pk>/", views.matter, name="matter"),
    path("<int:pk>/step/", views.step, name="step"),
    path("thresholds/", views.own_thresholds, name="thresholds"),
    path("thresholds/set/", views.set_threshold, name="set_threshold"),
    path("thresholds/<int:pk>/remove/", views.remove_threshold, name="remove_threshold"),
    path("thresholds/<int:pk>/noted/", views.threshold_noted, name="threshold_noted"),
]
