from django.apps import AppConfig


class FindingsConfig(AppConfig):
    name = "findings"
    verbose_name = "台账问题"

    def ready(self) -> None:
        from inbox.hooks import PENDING, PLACES
        from jobs.hooks import CHORES
        from register.hooks import PANELS
        from witness.hooks import KINDS

        KINDS.register("findings.witnessing.kinds")
        CHORES.register("findings.surveying.survey_due")
        PANELS.register("findings.things.findings")
        PENDING.register("findings.tasks.pending")
        PLACES.register("findings.tasks.places")
