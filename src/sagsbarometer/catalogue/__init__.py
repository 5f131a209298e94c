"""The law in force on a date: provisions, their conditions, and the requirements to a decision."""
