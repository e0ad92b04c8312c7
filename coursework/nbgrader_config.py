"""nbgrader looks for its settings also in the folder that holds the fetched lessons. They are the course's."""

from pathlib import Path

load_subconfig("nbgrader_config.py", path=str(Path(__file__).resolve().parent.parent))  # noqa: F821 (nbgrader defines it)
