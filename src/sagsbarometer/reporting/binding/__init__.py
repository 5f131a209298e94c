"""A sentence whose numbers are bound to cells: which cell, in which form, and what may be said of it."""
