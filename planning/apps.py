from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "planning"
    verbose_name = "建设方案"

    def ready(self) -> None:
        from inbox.hooks import PLACES, STEADY
        from witness.hooks import KINDS

        KINDS.register("planning.witnessing.kinds")
        PLACES.register("planning.tasks.places")
        STEADY.register("planning.tasks.pending")
