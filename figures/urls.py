from django.urls import path

from figures import views

app_name = "figures"
urlpatterns = [path("<str:of>/", views.figure, name="figure")]
