"""What of the titles stands for good: certificates, what became of them, and by which procedure."""

from reports.certificates.models import Certificate, CertificateMove, Withdrawal, WithdrawalMove
from witness.kinds import Sealed, steps


def kinds() -> tuple[Sealed, ...]:
    return (
        steps(CertificateMove, "certificate"),
        Sealed(Certificate, changing=("state", "version"), later=("withdrawn_on",)),
        steps(WithdrawalMove, "withdrawal"),
        Sealed(
            Withdrawal,
            changing=("state", "version"),
            later=("served_on", "hear_until", "notice_number", "decided_on", "circular_number"),
        ),
    )
