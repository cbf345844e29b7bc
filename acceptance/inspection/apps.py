from django.apps import AppConfig


class InspectionConfig(AppConfig):
    name = "acceptance.inspection"
    label = "inspection"
    verbose_name = "达标验收"
