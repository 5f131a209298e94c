"""Dates in Danish: 20. december 2022."""

DATE_FORMAT = "j. F Y"
DATETIME_FORMAT = "j. F Y \\k\\l. H.i"
SHORT_DATETIME_FORMAT = "d-m-Y H.i.s"
TIME_FORMAT = "H.i"
