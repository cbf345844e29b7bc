"""The register (台账) as people see it: its lists, single rows, search, API, and the record of mergers."""
