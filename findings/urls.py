from django.urls import path

from findings import views

app_name = "findings"
urlpatterns = [
    path("", views.index, name="index"),
    path("first/", views.first, name="first"),
    path("checks/", views.checks, name="checks"),
    path("checks/<str:code>/", views.check, name="check"),
    path("<int:pk>/", views.finding, name="finding"),
    path("<int:pk>/explain/", views.explain, name="explain"),
    path("<int:pk>/overrule/", views.overrule, name="overrule"),
]
