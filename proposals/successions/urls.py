from django.urls import path

from proposals.successions import views

app_name = "successions"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.new, name="new"),
    path("<int:pk>/", views.act, name="act"),
]
