from django.urls import path

from inspection.spotcheck import views

app_name = "spotcheck"
urlpatterns = [
    path("", views.index, name="index"),
    path("draw/", views.draw, name="draw"),
    path("field/", views.field, name="field"),
    path("field/pack/", views.pack, name="pack"),
    path("field/deliveries/", views.deliveries, name="deliveries"),
    path("photos/<int:pk>/", views.photo, name="photo"),
    path("photos/<int:pk>/original/", views.original_photo, name="original_photo"),
    path("photos/held/<int:pk>/", views.held_photo, name="held_photo"),
    path("<int:pk>/", views.sample, name="sample"),
    path("<int:pk>/conclude/", views.conclude, name="conclude"),
    path("<int:pk>/void/", views.void, name="void"),
    path("<int:pk>/<int:order>/", views.card, name="card"),
    path("<int:pk>/sheet/<paper_form:form>/", views.sheet, name="sheet"),
]
