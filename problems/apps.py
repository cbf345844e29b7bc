from django.apps import AppConfig


class ProblemsConfig(AppConfig):
    name = "problems"
    verbose_name = "问题台账"

    def ready(self) -> None:
        from figures.hooks import BESIDE
        from inbox.hooks import PLACES, STEADY
        from inspection.hooks import OPEN_CASES
        from jobs.hooks import CHORES
        from offline.hooks import OFFLINE_PAGES
        from register.hooks import PANELS
        from witness.hooks import KINDS

        BESIDE.register("problems.worklist.panel")
        CHORES.register("problems.noticing.notice")
        KINDS.register("problems.witnessing.kinds")
        OFFLINE_PAGES.register("problems.offline.offline_page")
        OPEN_CASES.register("problems.desk.open_cases")
        PANELS.register("problems.things.problems")
        PLACES.register("problems.tasks.places")
        STEADY.register("problems.tasks.pending")
