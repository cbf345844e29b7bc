"""Lists are tried on the small register."""

from tests.register.conftest import log_in, make_order, make_point, make_site, registry

__all__ = ["log_in", "make_order", "make_point", "make_site", "registry"]
