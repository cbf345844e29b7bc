"""Proposals (变更申请): what somebody wants changed in the register, what it would turn, and who accepted it."""
