"""Every figure opens: what it counts, as of when, on which basis, and the list of its members."""
