from django.urls import path

from entry import panel_views, views

app_name = "entry"
urlpatterns = [
    path("<slug:kind>/<slug:name>/cells/", views.cells, name="cells"),
    path("<slug:kind>/<slug:name>/since/", views.since, name="since"),
    path("<slug:kind>/<slug:name>/problems/", views.problems, name="problems"),
    path("<slug:kind>/<slug:name>/panel/<slug:code>/", panel_views.panel, name="panel"),
]
