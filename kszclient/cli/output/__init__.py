"""What the command line writes."""
