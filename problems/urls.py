"""problems/: what stands in the way, and what is done about it."""

from django.urls import path

from problems import case_views, field_views, views

app_name = "problems"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.new, name="new"),
    path("field/", field_views.field, name="field"),
    path("field/pack/", field_views.pack, name="pack"),
    path("field/deliveries/", field_views.deliveries, name="deliveries"),
    path("cases/", case_views.fees, name="fees"),
    path("cases/new/", views.new_case, name="new_case"),
    path("<int:pk>/refer/", case_views.refer, name="refer"),
    path("referrals/<int:pk>/answer/", case_views.answered, name="answered"),
    path("<int:pk>/outcome/", case_views.outcome, name="outcome"),
    path("<int:pk>/reporter/", case_views.reporter, name="reporter"),
    path("work-list/", views.work_list, name="work_list"),
    path("<int:pk>/", views.problem, name="problem"),
    path("<int:pk>/step/", views.step, name="step"),
    path("<int:pk>/merge/", views.merge, name="merge"),
    path("<int:pk>/split/", views.split, name="split"),
    path("<int:pk>/note/", views.note, name="note"),
    path("<int:pk>/files/", views.attach, name="attach"),
    path("files/<int:pk>/", views.file, name="file"),
    path("files/<int:pk>/original/", views.original, name="original"),
]
