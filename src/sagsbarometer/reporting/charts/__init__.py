"""A figure as a drawing, as a picture and in words."""
