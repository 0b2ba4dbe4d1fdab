"""Signing in: what we ask of allauth and axes, which passwords are good, and who must do what before anything else."""
