"""An extract on its way in: the mapping, cells read as values, and rules tried."""
