from django.urls import path, register_converter

from areas.periods import Quarter
from returns import entry_views, review_views, views


class QuarterConverter:
    """A quarter in an address, written 2018Q2."""

    regex = "[0-9]{4}Q[1-4]"

    def to_python(self, value: str) -> Quarter:
        return Quarter.parse(value)

    def to_url(self, value: Quarter | str) -> str:
        return str(value)


register_converter(QuarterConverter, "quarter")

app_name = "returns"
urlpatterns = [
    path("", views.index, name="index"),
    path("open/<quarter:quarter>/", entry_views.open_, name="open"),
    path("<int:pk>/", views.return_, name="return"),
    path("<int:pk>/check/", entry_views.check, name="check"),
    path("<int:pk>/receipt/<int:move>/", views.receipt, name="receipt"),
    path("<int:pk>/sheet/", views.sheet, name="sheet"),
    path("<int:pk>/withdraw/", entry_views.withdraw, name="withdraw"),
    path("<int:pk>/correct/", entry_views.correct, name="correct"),
    path("<int:pk>/review/", review_views.review, name="review"),
]
