from django.urls import path

from inspection import (
    advice_views,
    dossier_views,
    drafting_views,
    examination_views,
    hands_views,
    paper_views,
    publicity_views,
    submission_views,
    views,
)
from inspection.desk import views as desk_views

app_name = "inspection"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", drafting_views.new, name="new"),
    path("<int:pk>/", views.report, name="report"),
    path("<int:pk>/units/", drafting_views.units, name="units"),
    path("<int:pk>/move/", views.move, name="move"),
    path("<int:pk>/desk/", desk_views.report_desk, name="desk"),
    path("<int:pk>/desk/batch/", desk_views.report_batch, name="desk_batch"),
    path("<int:pk>/follow/", views.follow, name="follow"),
    path("<int:pk>/paper/<paper_form:form>/", paper_views.report_draft, name="report_draft"),
    path("<int:pk>/evidence/", drafting_views.add_evidence, name="add_evidence"),
    path("evidence/<int:pk>/", drafting_views.evidence, name="evidence"),
    path("evidence/<int:pk>/remove/", drafting_views.remove_evidence, name="remove_evidence"),
    path("units/<int:pk>/", dossier_views.unit, name="unit"),
    path("units/<int:pk>/archive/", dossier_views.archive, name="archive"),
    path("units/<int:pk>/examine/", examination_views.examine, name="examine"),
    path("units/<int:pk>/advice/", advice_views.second_opinion, name="second_opinion"),
    path("objections/<int:pk>/", advice_views.objection, name="objection"),
    path("submissions/", submission_views.submissions, name="submissions"),
    path("submissions/new/", submission_views.compile_, name="compile"),
    path("submissions/<int:pk>/", submission_views.submission, name="submission"),
    path("submissions/<int:pk>/desk/", desk_views.submission_desk, name="submission_desk"),
    path("submissions/<int:pk>/desk/batch/", desk_views.submission_batch, name="submission_batch"),
    path("submissions/<int:pk>/paper/<paper_form:form>/", paper_views.submission_draft, name="submission_draft"),
    path("hands/", hands_views.loosened, name="hands"),
    path("early/", publicity_views.finishers, name="early"),
    path("early/publications/<int:pk>/", publicity_views.publication, name="publication"),
    path("early/<str:code>/<str:key>/", publicity_views.publish, name="publish"),
]
