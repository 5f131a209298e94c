"""Who may what: one pure function, one table, and a middleware that lets no route past them."""
