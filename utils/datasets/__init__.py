"""The pictures that lessons work on: shipped with packages, drawn here, or fetched on request."""
