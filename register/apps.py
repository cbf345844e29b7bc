from django.apps import AppConfig


class RegisterConfig(AppConfig):
    name = "register"
    verbose_name = "台账"

    def ready(self) -> None:
        from register.hooks import FINDERS

        FINDERS.register("register.searching.registry")
        FINDERS.register("register.searching.network")
