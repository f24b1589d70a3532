"""The same core without a window: `inkling complete|words|models|bench`."""
