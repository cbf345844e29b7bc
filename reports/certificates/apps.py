from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "reports.certificates"
    label = "certificates"
    verbose_name = "授牌"

    def ready(self) -> None:
        from acceptance.inspection import dossier
        from reports.certificates.dossier import section_of

        dossier.register(section_of)
