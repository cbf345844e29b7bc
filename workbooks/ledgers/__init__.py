"""The workbooks of the ledgers (台账): the same table that the data package declares, out and in for one unit."""
