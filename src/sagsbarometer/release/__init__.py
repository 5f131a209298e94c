"""From protected results to a publication that two people stand behind."""
