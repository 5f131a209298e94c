"""Wires the stages together for those who start work: the command line now, the web later."""
