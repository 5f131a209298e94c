"""Whole reports that are made of results alone, without a text of their own."""
