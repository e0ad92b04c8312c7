"""What the lessons import: checks, figures, small pictures, and the choice of a device."""
