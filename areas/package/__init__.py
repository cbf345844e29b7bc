"""The data package (docs/data-package.md): bulk import and export of the registry and the returns.

A table is declared once (``tables``, ``registry``); files are opened by ``reading`` and
``workbook``, cells become values in ``rows``, the handlers of the tables check and store
them, and ``package`` runs all of it in one pass.
"""
