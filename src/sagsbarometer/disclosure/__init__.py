"""Which numbers must be withheld, and whether what is shown still tells them."""
