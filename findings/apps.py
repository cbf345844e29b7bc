from django.apps import AppConfig


class FindingsConfig(AppConfig):
    name = "findings"
    verbose_name = "台账问题"

    def ready(self) -> None:
        from register.hooks import PANELS

        PANELS.register("findings.things.findings")
