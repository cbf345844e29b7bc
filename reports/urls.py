from django.urls import path

from reports import homes, map_views, place_views, views

urlpatterns = [
    path("", homes.home, name="home"),
    path("progress/", views.progress, name="progress"),
    path("progress/brief/issue/", views.issue_brief, name="issue_brief"),
    path("progress/brief/<paper_form:form>/", views.brief_paper, name="brief"),
    path("progress/<str:key>/", views.milestone, name="milestone"),
    path("situation/<str:code>/", place_views.situation, name="situation"),
    path("operators/<str:code>/", place_views.operator, name="operator"),
    path("map/", map_views.page, name="map"),
    path("map/data/", map_views.data, name="map_data"),
    path("townships/", views.townships, name="townships"),
]
