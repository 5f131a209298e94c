"""What every stage may use: coded problems, exact rounding, ids, hashes and dates. Standard library only."""
