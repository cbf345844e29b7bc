"""Titles that were awarded, and how they are taken back."""

from reports.certificates.models.certificates import (
    MOVES_GUARD,
    Certificate,
    CertificateAction,
    CertificateMove,
    CertificateState,
    Lookups,
    held,
)
from reports.certificates.models.withdrawals import (
    WITHDRAWAL_MOVES_GUARD,
    Withdrawal,
    WithdrawalAction,
    WithdrawalFile,
    WithdrawalGround,
    WithdrawalMove,
    WithdrawalState,
)

__all__ = [
    "MOVES_GUARD",
    "WITHDRAWAL_MOVES_GUARD",
    "Certificate",
    "CertificateAction",
    "CertificateMove",
    "CertificateState",
    "Lookups",
    "Withdrawal",
    "WithdrawalAction",
    "WithdrawalFile",
    "WithdrawalGround",
    "WithdrawalMove",
    "WithdrawalState",
    "held",
]
