"""The planned study: what is measured, on whose cases, how they were chosen."""
