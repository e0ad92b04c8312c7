"""nbgrader's formgrader, as a Jupyter server extension of the course: its pages are `SubmissionPages`.

Named in jupyter_server_config.py in place of nbgrader's own extension.
"""

from pathlib import Path
from typing import Any

from jupyter_server.serverapp import ServerApp
from nbgrader.server_extensions.formgrader import handlers
from nbgrader.server_extensions.formgrader.formgrader import FormgradeExtension
from tornado import web

from utils.grading.nbgrader.pages import SubmissionPages

OTHERS = {"submitted", "autograded", "feedback", "refused", "release", "downloaded", "exchange", "inbound"}


class CourseHandler(handlers.FormgraderHandler):
    """Opens the formgrader. The folder of a course that it is asked for must be one of the instructor's."""

    def get(self) -> None:
        """Open it. A folder's settings are a program, so they are never read from what was handed in."""
        if asked := self.get_argument("path", ""):
            path, root = Path(asked).resolve(), Path(self.settings["nbgrader_formgrader"].root_dir).resolve()
            if not path.is_relative_to(root) or OTHERS & set(path.relative_to(root).parts):
                raise web.HTTPError(403, "this folder is no course of yours")
        super().get()


class FilesHandler(handlers.SubmissionFilesHandler):
    """Gives out what came with a submission: to be read, with no script in it, whatever kind of file it is."""

    @property
    def content_security_policy(self) -> str:
        """Nothing runs, and nothing is asked for."""
        return f"{super().content_security_policy}; sandbox; default-src 'none'; img-src 'self'; style-src 'none'"


class Formgrader(FormgradeExtension):
    """nbgrader's extension with the course's handlers and exporter."""

    def init_tornado_settings(self, webapp: Any) -> None:
        """Have pages made by `SubmissionPages`."""
        super().init_tornado_settings(webapp)
        webapp.settings["nbgrader_exporter"] = SubmissionPages(config=self.config)


REPLACED = {handlers.FormgraderHandler: CourseHandler, handlers.SubmissionFilesHandler: FilesHandler}


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "utils.grading.nbgrader.formgrader"}]


def _load_jupyter_server_extension(server: ServerApp) -> None:
    handlers.default_handlers = [
        (path, REPLACED.get(handler, handler), *more) for path, handler, *more in handlers.default_handlers
    ]
    formgrader = Formgrader(parent=server)
    formgrader.root_dir = server.root_dir
    formgrader.log = server.log
    formgrader.initialize([])
    formgrader.init_tornado_settings(server.web_app)
    formgrader.init_handlers(server.web_app)
