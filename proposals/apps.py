from django.apps import AppConfig


class ProposalsConfig(AppConfig):
    name = "proposals"
    verbose_name = "变更申请"

    def ready(self) -> None:
        from acceptance.hooks import AFTER_IMPORT
        from inbox.hooks import PLACES, STEADY
        from proposals.hooks import BEFORE_WRITING
        from register.hooks import PANELS
        from witness.hooks import KINDS

        KINDS.register("proposals.witnessing.kinds")
        AFTER_IMPORT.register("proposals.recording.record")
        BEFORE_WRITING.register("proposals.successions.undoing.require_free")
        PANELS.register("proposals.things.waiting")
        PANELS.register("proposals.things.time_line")
        STEADY.register("proposals.tasks.pending")
        PLACES.register("proposals.tasks.places")
