from django.apps import AppConfig


class SpotCheckConfig(AppConfig):
    name = "inspection.spotcheck"
    label = "spotcheck"
    verbose_name = "现场抽查"

    def ready(self) -> None:
        from inspection.hooks import SAMPLE_DEMANDS, SAMPLES, STANDINGS
        from register.hooks import PANELS

        SAMPLES.register("inspection.spotcheck.unit_samples.samples_of")
        STANDINGS.register("inspection.spotcheck.unit_samples.standing_of")
        SAMPLE_DEMANDS.register("inspection.spotcheck.demands.needed")
        PANELS.register("inspection.spotcheck.things.samples")
