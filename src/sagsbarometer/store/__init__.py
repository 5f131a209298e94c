"""Opens connections and keeps what was computed from: frozen datasets and results on disk."""
