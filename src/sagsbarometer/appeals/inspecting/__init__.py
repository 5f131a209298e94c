"""A look at an extract nobody has described: what is in its columns, and a first mapping."""
