"""抽查: random samples drawn before a report arrives, what was found in the field, and what it tells of the whole."""
