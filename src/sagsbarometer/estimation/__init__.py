"""From a drawn sample to a number for all cases, with an interval that follows from the draw."""
