from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "reports.certificates"
    label = "certificates"
    verbose_name = "授牌"

    def ready(self) -> None:
        from acceptance.hooks import AFTER_JUDGING
        from accounts.hooks import CHECKING, SIGNING
        from inbox.hooks import PLACES, STEADY
        from inspection.hooks import DEEDS, PUBLIC_LIMITS, TITLE_HISTORY, USES
        from papers.hooks import DRAFTABLES
        from proposals.hooks import FURTHER_EFFECTS, RESTING
        from register.hooks import FINDERS, PANELS
        from witness.hooks import KINDS

        KINDS.register("reports.certificates.witnessing.kinds")
        SIGNING.register("reports.certificates.signing.signed")
        CHECKING.register("reports.certificates.signing.checked")
        AFTER_JUDGING.register("reports.certificates.watching.after_judging")
        PUBLIC_LIMITS.register("reports.certificates.throttle.seconds_to_wait")
        PANELS.register("reports.certificates.dossier.certificates")
        PANELS.register("reports.certificates.dossier.withdrawals")
        DEEDS.register("reports.certificates.hands.deeds")
        USES.register("reports.certificates.uses.of_files")
        TITLE_HISTORY.register("reports.certificates.history.titles_before")
        FINDERS.register("reports.certificates.searching.certificates")
        FURTHER_EFFECTS.register("reports.certificates.effects.titles")
        RESTING.register("reports.certificates.effects.awarded_since")
        STEADY.register("reports.certificates.tasks.pending")
        PLACES.register("reports.certificates.tasks.places")
        DRAFTABLES.register("reports.certificates.withdrawal_drafts.draftable")
