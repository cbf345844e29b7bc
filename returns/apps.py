from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    name = "returns"
    verbose_name = "季报"

    def ready(self) -> None:
        from entry.hooks import FORMS
        from register.hooks import FINDERS

        FORMS.register("returns.entry.return_form.ReturnForm")
        FORMS.register("returns.counts.count_form.CountForm")
        FINDERS.register("returns.searching.urges")
