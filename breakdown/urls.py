"""breakdown/: tasks of the plan broken down to units, signed and followed."""

from django.urls import path

from breakdown import views

app_name = "breakdown"
urlpatterns = [
    path("", views.index, name="index"),
    path("draft/", views.draft, name="draft"),
    path("<int:pk>/", views.breakdown, name="breakdown"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/step/", views.step, name="step"),
    path("<int:pk>/accept/", views.accept, name="accept"),
    path("<int:pk>/letters/<str:code>/<paper_form:form>/", views.letter, name="letter"),
    path("townships/<str:code>/", views.township, name="township"),
]
