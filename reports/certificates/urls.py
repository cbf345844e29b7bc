from django.urls import path, register_converter

from reports.certificates import log_heads, views, withdrawal_views
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
    path("log-head/", log_heads.export, name="log_head"),
    path("<int:pk>/", views.certificate, name="certificate"),
    path("<int:pk>/withdraw/", withdrawal_views.propose, name="propose_withdrawal"),
    path("withdrawals/<int:pk>/", withdrawal_views.withdrawal, name="withdrawal"),
    path("withdrawals/<int:pk>/files/", withdrawal_views.attach, name="attach"),
    path("withdrawals/files/<int:pk>/", withdrawal_views.download, name="withdrawal_file"),
    path("withdrawals/files/<int:pk>/picture/", withdrawal_views.picture, name="withdrawal_picture"),
    path("withdrawals/files/<int:pk>/remove/", withdrawal_views.detach, name="detach"),
    path("<int:pk>/<printed:form>.pdf", views.paper, name="paper"),
]
