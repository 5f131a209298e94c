"""Dates in English: 20 December 2022."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y H:i"
SHORT_DATETIME_FORMAT = "j M Y H:i:s"
TIME_FORMAT = "H:i"
