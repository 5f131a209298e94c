"""From a ResultSet, figures and texts to a report in every format; knows no engine and no case."""
