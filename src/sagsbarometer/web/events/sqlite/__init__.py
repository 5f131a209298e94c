"""The database engine, with what the event chain needs of a connection."""
