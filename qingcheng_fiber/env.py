"""Variables of the environment, read strictly: what cannot be meant stops the start with a Chinese sentence.

A library would read the types, but its refusals are English and name no bounds: every function here would remain.
"""

import os
import re
from datetime import date
from ipaddress import IPv4Network, IPv6Network, ip_network

from django.core.exceptions import ImproperlyConfigured

_SWITCH = {"1": True, "0": False}


def switch(name: str, default: bool) -> bool:
    """1 or 0; blank or absent means ``default``."""
    value = os.environ.get(name, "").strip()
    if value and value not in _SWITCH:
        raise ImproperlyConfigured(f"环境变量 {name} 应为 1 或 0，现为“{value}”。")
    return _SWITCH.get(value, default)


def number(name: str, default: int, *, least: int = 0) -> int:
    """A whole number of at least ``least``; blank or absent means ``default``."""
    value = os.environ.get(name, "").strip() or str(default)
    if not (value.isascii() and value.isdigit() and int(value) >= least):
        raise ImproperlyConfigured(f"环境变量 {name} 应为不小于 {least} 的整数，现为“{value}”。")
    return int(value)


def months(name: str, *, least: int) -> int:
    """0, which is also meant by blank or absent, or at least so many months."""
    value = number(name, 0)
    if 0 < value < least:
        raise ImproperlyConfigured(f"环境变量 {name} 应为 0（永久保留）或不小于 {least} 的整数，现为“{value}”。")
    return value


def choice(name: str, choices: tuple[str, ...]) -> str:
    """One of ``choices``; blank or absent means the first."""
    value = os.environ.get(name, "").strip() or choices[0]
    if value not in choices:
        raise ImproperlyConfigured(f"环境变量 {name} 应为 {'、'.join(choices)} 之一，现为“{value}”。")
    return value


def listed(name: str, default: str = "") -> list[str]:
    """What stands between the commas."""
    return [item.strip() for item in os.environ.get(name, default).split(",") if item.strip()]


def networks(name: str, default: str = "") -> list[IPv4Network | IPv6Network]:
    """Addresses and networks between commas, 127.0.0.1 and 10.1.0.0/16."""
    try:
        return [ip_network(item) for item in listed(name, default)]
    except ValueError:
        said = os.environ.get(name, "")
        raise ImproperlyConfigured(
            f"环境变量 {name} 应为以逗号分开的 IP 地址或网段，如 127.0.0.1,10.1.0.0/16，现为“{said}”。"
        ) from None


def day(name: str, default: str = "") -> date | None:
    """A day written 2019-04-08; blank or absent means ``default``, and None when that is blank too."""
    value = os.environ.get(name, "").strip() or default
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise ImproperlyConfigured(f"环境变量 {name} 应为 2019-04-08 这样的日期，现为“{value}”。") from None


def tiles(name: str) -> str:
    """The address of a tile server, http or https, with {z}, {x} and {y}; blank or absent means none."""
    value = os.environ.get(name, "").strip()
    begins = re.match(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?/", value)
    if value and not (begins and all(part in value for part in ("{z}", "{x}", "{y}"))):
        raise ImproperlyConfigured(
            f"环境变量 {name} 应为瓦片服务的地址，以 http:// 或 https:// 加主机名开头，含 {{z}}、{{x}}、{{y}}，现为“{value}”。"
        )
    return value
