"""Generated townships with their returns, faults planted in them, and the judge of a detector that has to find these.

Nothing here knows how a detector works: it is handed what ``returns.oddities`` declares and judged by what it flags.
"""
