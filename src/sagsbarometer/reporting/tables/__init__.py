"""The tables behind figures and of registers, and what must be known of one number: one form for all writers."""
