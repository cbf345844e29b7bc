from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "进度"

    def ready(self) -> None:
        from figures.hooks import FIGURES

        FIGURES.register("reports.fixes.find")
