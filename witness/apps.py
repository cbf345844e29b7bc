from django.apps import AppConfig


class WitnessConfig(AppConfig):
    name = "witness"
    verbose_name = "存证"

    def ready(self) -> None:
        from accounts.hooks import BEFORE_ENTRIES

        BEFORE_ENTRIES.register("witness.sealing.flush")
