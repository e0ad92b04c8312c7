"""What axe, the usual tool for it, finds on a page that not everybody can use."""

from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

SCRIPT = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def faults(page: Page, *parts: str, exclude: tuple[str, ...] = ()) -> list[str]:
    """Where a page breaks the rules of WCAG 2.2, level AA.  parts: the selectors of what is looked at; all if none."""
    page.evaluate(SCRIPT)
    where = {"include": list(parts) or ["html"], "exclude": list(exclude)}
    found = page.evaluate("([where, rules]) => axe.run(where, {runOnly: rules})", [where, RULES])
    return [f"{fault['id']}: {node['html'][:200]}" for fault in found["violations"] for node in fault["nodes"]]
