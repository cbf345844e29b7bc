from django.urls import path

from acceptance import change_views, views

app_name = "acceptance"
urlpatterns = [
    path("", views.verdict_index, name="verdict_index"),
    path("differences/", change_views.differences, name="differences"),
    path("plan/", views.plan_page, name="plan"),
    path("<str:period>/sites/<path:site_id>/", views.site_verdict, name="site_verdict"),
    path("<str:period>/<str:code>/whatif/", change_views.whatif, name="whatif"),
    path("<str:period>/<str:code>/", views.verdict, name="verdict"),
]
