"""The sandbox of a student's kernel, seen from outside."""
