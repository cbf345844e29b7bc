from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    name = "measures"
    verbose_name = "措施台账"

    def ready(self) -> None:
        from inbox.hooks import PLACES, STEADY
        from inspection.hooks import OBSTACLES
        from witness.hooks import KINDS

        OBSTACLES.register("measures.ftth.obstacles")
        PLACES.register("measures.tasks.places")
        STEADY.register("measures.tasks.pending")
        KINDS.register("measures.witnessing.kinds")
