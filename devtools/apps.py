from django.apps import AppConfig


class DevtoolsConfig(AppConfig):
    """Commands only; nothing of the portal imports it."""

    name = "devtools"
    verbose_name = "开发工具"
