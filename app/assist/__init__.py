"""What we ask the models, in a writer's terms."""
