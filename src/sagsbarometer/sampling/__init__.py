"""How many cases, where, and which: a measurement planned before anyone is asked, drawn so that anyone can repeat it."""
