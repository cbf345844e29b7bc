"""The demonstration: the real district with generated places, networks, orders and figures (docs/demonstration.md)."""
