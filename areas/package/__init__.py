"""The data package: what goes in and out in bulk (docs: data-package).

A table is declared once (``tables``, ``registry``); files are opened by ``reading`` and
``workbook``, cells become values in ``rows``, the handlers of the tables check and store
them, and ``package`` runs all of it in one pass.
"""
