from django.urls import path

from reports.screens import views

app_name = "screens"
urlpatterns = [
    path("screens/", views.index, name="index"),
    path("screens/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("screen/<str:token>/", views.screen, name="screen"),
    path("screen/<str:token>/figures/", views.figures, name="figures"),
]
