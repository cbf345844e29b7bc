from django.urls import path

from reports import views

urlpatterns = [
    path("", views.home, name="home"),
    path("progress/", views.progress, name="progress"),
    path("progress/<str:key>/", views.milestone, name="milestone"),
    path("townships/", views.townships, name="townships"),
]
