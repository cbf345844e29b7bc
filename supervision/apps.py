from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "supervision"
    verbose_name = "督办"

    def ready(self) -> None:
        from figures.hooks import BESIDE
        from inbox.hooks import NEWS, PLACES, STEADY
        from jobs.hooks import CHORES
        from witness.hooks import KINDS

        BESIDE.register("supervision.beside.panel")
        CHORES.register("supervision.thresholds.look")
        NEWS.register("supervision.news.told")
        PLACES.register("supervision.tasks.places")
        STEADY.register("supervision.tasks.pending")
        KINDS.register("supervision.witnessing.kinds")
