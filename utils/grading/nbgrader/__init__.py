"""What nbgrader is told, in nbgrader_config.py, to use in place of its own parts."""
