"""The row language: one small language for routing, checks, derived variables, measures and mappings."""
