"""appraisal/: score sheets, where they are switched on."""

from django.urls import path

from measures.appraisal import views

app_name = "appraisal"
urlpatterns = [
    path("", views.appraisals, name="appraisals"),
    path("begin/", views.begin, name="begin"),
    path("weights/<slug:group>/", views.weights, name="weights"),
    path("<int:pk>/", views.appraisal, name="appraisal"),
    path("<int:pk>/step/", views.step, name="step"),
    path("<int:pk>/object/", views.object_to, name="object"),
    path("objections/<int:pk>/answer/", views.answer, name="answer"),
]
