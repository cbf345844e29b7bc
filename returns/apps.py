from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    name = "returns"
    verbose_name = "季报"

    def ready(self) -> None:
        from entry.hooks import DISCUSSIONS, FORMS
        from inbox.hooks import PENDING, PLACES
        from register.hooks import FINDERS, PANELS
        from returns.hooks import SOURCES
        from witness.hooks import KINDS

        KINDS.register("returns.witnessing.kinds")
        FORMS.register("returns.entry.return_form.ReturnForm")
        FORMS.register("returns.counts.count_form.CountForm")
        DISCUSSIONS.register("returns.entry.return_discussion.ReturnDiscussion")
        DISCUSSIONS.register("returns.counts.count_discussion.CountDiscussion")
        FINDERS.register("returns.searching.urges")
        PANELS.register("returns.things.reported")
        PENDING.register("returns.tasks.pending")
        PENDING.register("returns.counts.tasks.pending")
        PENDING.register("returns.comments.pending")
        PLACES.register("returns.tasks.places")
        PLACES.register("returns.comments.places")
        SOURCES.register("returns.sources.own.operators")
        SOURCES.register("returns.sources.own.register")
        SOURCES.register("returns.sources.own.last")
