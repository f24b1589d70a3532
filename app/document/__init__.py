"""What the writer owns: text, its file and what can be counted in it."""
