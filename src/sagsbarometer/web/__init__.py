"""The workplace: the application in which studies are planned and cases delivered, received and kept."""
