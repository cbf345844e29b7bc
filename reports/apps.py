from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "进度"

    def ready(self) -> None:
        from figures.hooks import FIGURES
        from papers.hooks import DRAFTABLES

        DRAFTABLES.register("reports.brief_drafts.draftable")
        FIGURES.register("reports.fixes.find")
