"""One object for each conversation between the editor and the rest."""
