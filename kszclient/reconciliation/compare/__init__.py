"""What the dossiers say against what the registers hold."""
