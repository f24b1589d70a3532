"""Other ways to run the same weights: what the bench measures ours by, and nothing else uses."""
