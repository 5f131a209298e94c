"""How well those who read the same cases agree, with what chance alone would give."""
