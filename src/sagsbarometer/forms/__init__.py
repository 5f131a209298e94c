"""Questions, routing, checks and derived variables, and the row language they are written in."""
