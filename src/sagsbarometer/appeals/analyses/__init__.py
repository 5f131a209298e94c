"""What is asked of a register beside its tables: what moved, who waits, and where chance ends."""
