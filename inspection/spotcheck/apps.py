from django.apps import AppConfig


class SpotCheckConfig(AppConfig):
    name = "inspection.spotcheck"
    label = "spotcheck"
    verbose_name = "现场抽查"

    def ready(self) -> None:
        from findings.hooks import FIELD_FAILURES, SURVEY_MARKS
        from inbox.hooks import PLACES, STEADY
        from inspection.hooks import DEEDS, SAMPLES, STANDINGS, USES
        from offline.hooks import OFFLINE_PAGES
        from register.hooks import PANELS
        from witness.hooks import KINDS

        KINDS.register("inspection.spotcheck.witnessing.kinds")
        SAMPLES.register("inspection.spotcheck.unit_samples.samples_of")
        STANDINGS.register("inspection.spotcheck.unit_samples.standing_of")
        DEEDS.register("inspection.spotcheck.hands.deeds")
        USES.register("inspection.spotcheck.uses.of_photos")
        PANELS.register("inspection.spotcheck.things.samples")
        STEADY.register("inspection.spotcheck.tasks.pending")
        PLACES.register("inspection.spotcheck.tasks.places")
        OFFLINE_PAGES.register("inspection.spotcheck.offline.offline_page")
        FIELD_FAILURES.register("inspection.spotcheck.failures.failures")
        SURVEY_MARKS.register("inspection.spotcheck.failures.last_finding")
        SURVEY_MARKS.register("inspection.spotcheck.failures.voided")
