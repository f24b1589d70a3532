"""The page, one file for each of its behaviours."""
