"""Appeal cases: registrations in, a register as it stood on any date, and the statistics it gives."""
