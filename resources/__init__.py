"""Files that Inkling ships: icons, fonts, themes, translations and models."""
