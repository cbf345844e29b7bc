from django.urls import path

from register import succession_views, views

app_name = "areas"
urlpatterns = [
    path("", views.index, name="index"),
    path("search/", views.search, name="search"),
    path("search/suggestions/", views.suggestions, name="suggestions"),
    path("list/", views.areas, name="areas"),
    path("sites/", views.sites, name="sites"),
    path("sites/<path:site_id>/", views.site, name="site"),
    path("access-points/", views.access_points, name="access_points"),
    path("access-points/<path:ap_id>/", views.access_point, name="access_point"),
    path("orders/", views.orders, name="orders"),
    path("orders/<path:order_id>/", views.order, name="order"),
    path("<str:code>/succession/", succession_views.page, name="succession"),
    path("<str:code>/", views.area, name="area"),
]
