"""What templates of `reviewing` load."""
