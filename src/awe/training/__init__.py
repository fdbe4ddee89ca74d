"""Models, objectives and the training loop."""
