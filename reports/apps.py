from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "进度"

    def ready(self) -> None:
        from figures.hooks import FIGURES
        from papers.hooks import DRAFTABLES

        FIGURES.register("reports.fixes.find")
        DRAFTABLES.register("reports.brief_drafts.draftable")
