"""Measure the legal quality of authorities' decisions, from the single case to the published figure."""

__version__ = "0.1.0"
