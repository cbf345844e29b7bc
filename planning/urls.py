"""planning/: what makes a target met, the plans that were signed, and their tasks."""

from django.urls import path

from planning import views

app_name = "planning"
urlpatterns = [
    path("", views.index, name="index"),
    path("ask/", views.ask, name="ask"),
    path("runs/<int:pk>/", views.run, name="run"),
    path("runs/<int:pk>/sign/", views.sign, name="sign"),
    path("runs/<int:pk>/price/", views.price, name="price"),
    path("curves/<int:pk>/", views.curve, name="curve"),
    path("facts/", views.facts, name="facts"),
    path("compare/", views.compare, name="compare"),
    path("plans/<int:pk>/", views.plan, name="plan"),
    path("plans/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("plans/<int:pk>/tasks/", views.tasks, name="tasks"),
    path("plans/<int:pk>/tasks/<paper_form:form>/", views.task_sheet, name="task_sheet"),
]
