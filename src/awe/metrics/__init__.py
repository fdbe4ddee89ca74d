"""Same-different metrics, shared by training and evaluation."""
