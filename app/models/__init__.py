"""Which model files exist and whether they may be trusted."""
