from django.urls import path, register_converter

from reports.certificates import views
from reports.certificates.printing import Form


class PrintedConverter:
    """URL converter for what is printed: paper or plaque."""

    regex = "|".join(Form)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return str(value)


register_converter(PrintedConverter, "printed")

app_name = "certificates"
urlpatterns = [
    path("", views.register, name="register"),
    path("issue/", views.issue, name="issue"),
    path("print/", views.print_many, name="print"),
    path("<int:pk>/", views.certificate, name="certificate"),
    path("<int:pk>/<printed:form>.pdf", views.paper, name="paper"),
]
