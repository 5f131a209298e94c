"""Statistical tables as data: read, checked, fitted to a register, and laid out."""
