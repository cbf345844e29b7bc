from django.apps import AppConfig


class ScreensConfig(AppConfig):
    name = "reports.screens"
    label = "screens"
    verbose_name = "大屏"
