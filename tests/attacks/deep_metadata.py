# tries: outputs and errors whose parts lie too deep for whoever writes them down
from IPython.display import publish_display_data

deep = []
for _ in range(482):
    deep = [deep]
for place in ({"text/plain": "x", "application/json": deep}, {"text/x-deep": deep}):
    publish_display_data(place, {"deep": deep, "image/png": {"width": deep}})
