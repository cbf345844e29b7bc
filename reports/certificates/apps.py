from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "reports.certificates"
    label = "certificates"
    verbose_name = "授牌"

    def ready(self) -> None:
        from acceptance.inspection import dossier
        from reports.certificates.dossier import certificate_section

        dossier.register(certificate_section)
