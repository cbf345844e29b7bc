from django.apps import AppConfig


class BreakdownConfig(AppConfig):
    name = "breakdown"
    verbose_name = "分解落实"

    def ready(self) -> None:
        from inbox.hooks import PENDING, PLACES
        from witness.hooks import KINDS

        KINDS.register("breakdown.witnessing.kinds")
        PENDING.register("breakdown.tasks.pending")
        PLACES.register("breakdown.tasks.places")
