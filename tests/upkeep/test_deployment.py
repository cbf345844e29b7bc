"""What deploy/ holds, tried: units, rotation, nginx with TLS in front of a service, upgrades, and what ``deploy_check`` misses."""

