from django.urls import path

from proposals import desk_views, policy_views, views

app_name = "proposals"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", desk_views.new, name="new"),
    path("batch/", views.batch, name="batch"),
    path("policy/", policy_views.policy, name="policy"),
    path("policy/<slug:table>/<slug:column>/", policy_views.level, name="level"),
    path("denominators/", views.denominators, name="denominators"),
    path("proofs/<int:pk>/", views.proof, name="proof"),
    path("proofs/<int:pk>/original/", views.original, name="original"),
    path("<int:pk>/", views.proposal, name="proposal"),
    path("<int:pk>/revise/", desk_views.revise, name="revise"),
]
