"""JupyterLab's settings when it is started in this folder: it asks nothing of the network."""

c = get_config()  # noqa: F821 (JupyterLab defines it)

c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
