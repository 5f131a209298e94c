"""Holds published figures against results, and one run against another."""
