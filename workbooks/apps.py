from django.apps import AppConfig


class WorkbooksConfig(AppConfig):
    name = "workbooks"
    verbose_name = "工作簿"

    def ready(self) -> None:
        from findings.hooks import REPORTED_NAMES
        from gate.hooks import JUDGES

        REPORTED_NAMES.register("workbooks.written_names.names_written")
        JUDGES.register("workbooks.files.judge")
        JUDGES.register("workbooks.files.judge_sheet")
