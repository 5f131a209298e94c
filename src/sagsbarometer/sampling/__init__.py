"""How many cases, where, and which: planned before anyone is asked, drawn so that anyone can repeat it."""
