from django.apps import AppConfig


class AppraisalConfig(AppConfig):
    name = "measures.appraisal"
    verbose_name = "考核"

    def ready(self) -> None:
        from inbox.hooks import PLACES, STEADY
        from measures.hooks import APPRAISED
        from witness.hooks import KINDS

        APPRAISED.register("measures.appraisal.counted.measures")
        PLACES.register("measures.appraisal.tasks.places")
        STEADY.register("measures.appraisal.tasks.pending")
        KINDS.register("measures.appraisal.witnessing.kinds")
