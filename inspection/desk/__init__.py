"""The decision desk: every unit at a glance, what speaks against it, and the decision beside it."""
