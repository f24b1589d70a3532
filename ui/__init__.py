"""Everything that has pixels."""
