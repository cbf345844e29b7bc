from django.urls import path

from inspection import notice_views as views

app_name = "notices"
urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:token>/", views.notice, name="notice"),
    path("<slug:token>/notice.pdf", views.paper, name="paper"),
]
