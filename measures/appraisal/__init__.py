"""Appraisal (考核): score sheets from weights that the bureau sets, each point from a figure; off unless it is switched on."""
