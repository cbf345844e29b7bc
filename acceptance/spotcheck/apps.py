from django.apps import AppConfig


class SpotCheckConfig(AppConfig):
    name = "acceptance.spotcheck"
    label = "spotcheck"
    verbose_name = "现场抽查"

    def ready(self) -> None:
        from acceptance.inspection import samples
        from acceptance.spotcheck.bearing import samples_of

        samples.register(samples_of)
