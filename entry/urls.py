from django.urls import path

from entry import views

app_name = "entry"
urlpatterns = [
    path("<slug:kind>/<slug:name>/cells/", views.cells, name="cells"),
    path("<slug:kind>/<slug:name>/since/", views.since, name="since"),
    path("<slug:kind>/<slug:name>/problems/", views.problems, name="problems"),
]
