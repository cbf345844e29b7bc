"""The data package (docs/data-package.md): bulk import and export of the registry and the returns.

``tables`` says what a table is and makes typed rows of its cells, ``registry`` declares the registry's; files are
opened by ``reading`` and ``workbook``; ``package`` holds what all handlers of tables share, and runs them in one pass.
"""
