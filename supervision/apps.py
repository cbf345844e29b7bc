from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "supervision"
    verbose_name = "督办"

    def ready(self) -> None:
        from acceptance.hooks import AFTER_JUDGING
        from figures.hooks import BESIDE
        from inbox.hooks import NEWS, PLACES, STEADY
        from witness.hooks import KINDS

        AFTER_JUDGING.register("supervision.thresholds.after_judging")
        BESIDE.register("supervision.beside.panel")
        NEWS.register("supervision.news.told")
        PLACES.register("supervision.tasks.places")
        STEADY.register("supervision.tasks.pending")
        KINDS.register("supervision.witnessing.kinds")
