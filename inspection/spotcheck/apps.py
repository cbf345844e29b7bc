from django.apps import AppConfig


class SpotCheckConfig(AppConfig):
    name = "inspection.spotcheck"
    label = "spotcheck"
    verbose_name = "现场抽查"

    def ready(self) -> None:
        from inspection.hooks import DEEDS, SAMPLES
        from register.hooks import PANELS

        SAMPLES.register("inspection.spotcheck.unit_samples.samples_of")
        DEEDS.register("inspection.spotcheck.hands.deeds")
        PANELS.register("inspection.spotcheck.things.samples")
