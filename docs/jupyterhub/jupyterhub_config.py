"""A JupyterHub for one class: its students, its instructors, one machine. README.md beside this file explains it."""

import grp
import hashlib
import os
import re

COURSE = "/srv/course"  # students: their copy; class: the instructors' folder; exchange: where both meet; hub: settings
STUDENTS, INSTRUCTORS = "course-students", "course-instructors"  # groups of this machine
ACCOUNT = re.compile("[a-z][a-z0-9-]{0,30}")
c = get_config()  # noqa: F821 (JupyterHub defines it)

c.JupyterHub.bind_url = os.environ.get("COURSE_HUB_URL", "http://:8000")
c.Spawner.default_url = "/lab"
# Terminals find the course's commands: a login shell would forget where they are.
c.Spawner.args = [
    "--ServerApp.terminado_settings={'shell_command': ['/bin/bash']}",
    "--ContentsManager.pre_save_hook=utils.notebook_saving.tidy",  # cells that were split keep nbgrader's marks once
]
c.Spawner.start_timeout = 120
c.Spawner.http_timeout = 120


def members(group):
    """The names of a group's members."""
    return grp.getgrnam(group).gr_mem


def prepare(spawner):
    """Give a server the course as its user may see it. Whoever is in neither group gets no server."""
    name = spawner.user.name
    if name in members(INSTRUCTORS):
        folder = f"{COURSE}/class"
        spawner.notebook_dir = folder
        first = f"umask 007; cd {folder}"  # what one instructor writes, the others can change
    elif name in members(STUDENTS):
        folder = f"{COURSE}/students"
        spawner.notebook_dir = "~"
        first = "mkdir -p ~/coursework"  # nbgrader's list of lessons wants it
        spawner.args = [
            *c.Spawner.args,
            "--ServerApp.jpserver_extensions={'nbgrader.server_extensions.formgrader': False}",
        ]
    else:
        raise RuntimeError(f"{name} is neither in the group {STUDENTS} nor in {INSTRUCTORS}")
    spawner.cmd = ["sh", "-c", f'{first}; exec jupyterhub-singleuser "$@"', "jupyterhub-singleuser"]
    spawner.environment = spawner.environment | {
        "COURSE_FOLDER": folder,
        "COURSE_EXCHANGE": f"{COURSE}/exchange",
        "PYTHONPATH": folder,
        "JUPYTER_CONFIG_PATH": f"{COURSE}/hub{os.pathsep}{folder}",
        "OMP_NUM_THREADS": "2",  # else each kernel starts a thread for every core, and they wait for one another
    }


c.Spawner.pre_spawn_hook = prepare

# New users get an account of this machine, whose home is closed to the others.
c.LocalAuthenticator.add_user_cmd = ["useradd", "--create-home", "-K", "HOME_MODE=0700", "--groups", STUDENTS]

if not os.environ.get("LTI_CLIENT_ID"):  # accounts and passwords of this machine
    c.JupyterHub.authenticator_class = "pam"
    c.LocalAuthenticator.allowed_groups = {STUDENTS, INSTRUCTORS}
else:  # users come from Canvas, Moodle … by LTI 1.3
    from jupyterhub.auth import LocalAuthenticator
    from ltiauthenticator.lti13.auth import LTI13Authenticator

    class Accounts(LocalAuthenticator, LTI13Authenticator):
        """LTI 1.3, with an account of this machine for everyone who comes."""

        def normalize_username(self, username):
            """The name of the account: the platform's where Linux allows it, or else one made from that."""
            if ACCOUNT.fullmatch(username):
                return username
            return f"lti-{hashlib.sha256(username.encode()).hexdigest()[:16]}"

    c.JupyterHub.authenticator_class = Accounts
    c.LocalAuthenticator.create_system_users = True
    c.Authenticator.allow_all = True  # whom the platform sends
    c.LTI13Authenticator.client_id = {os.environ["LTI_CLIENT_ID"]}
    c.LTI13Authenticator.issuer = os.environ["LTI_ISSUER"]
    c.LTI13Authenticator.authorize_url = os.environ["LTI_AUTHORIZE_URL"]
    c.LTI13Authenticator.jwks_endpoint = os.environ["LTI_JWKS_URL"]
    c.LTI13Authenticator.username_key = os.environ.get("LTI_USERNAME_KEY", "sub")
    c.LTI13Authenticator.tool_name = "Slash to VGG"
