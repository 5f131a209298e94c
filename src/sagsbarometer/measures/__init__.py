"""Measures and the cells they give: one number a row, each with base, unknowns, bounds and interval."""
