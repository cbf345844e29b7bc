from django.apps import AppConfig


class InspectionConfig(AppConfig):
    name = "inspection"
    label = "inspection"
    verbose_name = "达标验收"

    def ready(self) -> None:
        from inbox.hooks import PLACES, STEADY
        from papers.hooks import DRAFTABLES
        from proposals.hooks import RESTING
        from register.hooks import PANELS
        from witness.hooks import KINDS

        KINDS.register("inspection.witnessing.kinds")
        PANELS.register("inspection.things.applications")
        RESTING.register("inspection.resting.reported_since")
        STEADY.register("inspection.tasks.pending")
        STEADY.register("inspection.paper_drafts.pending")
        DRAFTABLES.register("inspection.paper_drafts.draftable")
        PLACES.register("inspection.tasks.places")
