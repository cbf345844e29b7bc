from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "reports.certificates"
    label = "certificates"
    verbose_name = "授牌"
