"""Law, forms, studies and mappings are files: read with the position of every value, checked, or refused."""
