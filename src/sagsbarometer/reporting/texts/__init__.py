"""From a text that binds its numbers to a document whose numbers know their cells."""
