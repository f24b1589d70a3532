"""The background thread that runs the models, and its protocol."""
