"""Case documents: kept under keys, looked through before anything opens them, never told of by content."""
