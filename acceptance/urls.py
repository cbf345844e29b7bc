from django.urls import path

from acceptance.comparison.views import differences
from acceptance.verdicts import views
from acceptance.whatif.views import whatif

app_name = "acceptance"
urlpatterns = [
    path("", views.verdict_index, name="verdict_index"),
    path("differences/", differences, name="differences"),
    path("plan/", views.plan_page, name="plan"),
    path("<str:period>/sites/<path:site_id>/", views.site_verdict, name="site_verdict"),
    path("<str:period>/<str:code>/whatif/", whatif, name="whatif"),
    path("<str:period>/<str:code>/", views.verdict, name="verdict"),
]
