"""The command line: a command per stage. Data on stdout, talk on stderr."""
