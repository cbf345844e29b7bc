"""A district under fire: lives of a small county, one seed each, held against an independent model of the business (docs/simulation.md)."""
