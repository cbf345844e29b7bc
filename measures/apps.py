from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    name = "measures"
    verbose_name = "措施台账"

    def ready(self) -> None:
        from figures.hooks import FIGURES
        from inbox.hooks import PLACES, STEADY
        from inspection.hooks import OBSTACLES
        from register.hooks import PANELS
        from witness.hooks import KINDS

        FIGURES.register("measures.tags.find")
        OBSTACLES.register("measures.ftth.obstacles")
        PANELS.register("measures.things.panel")
        PLACES.register("measures.tasks.places")
        STEADY.register("measures.tasks.pending")
        KINDS.register("measures.witnessing.kinds")
