"""How dates are written in each language of the workplace; English as it is written in Europe, day first."""
