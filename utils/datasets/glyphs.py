"""Letters printed in a slanted font of matplotlib's, which the small pretrained network was not trained on."""

from pathlib import Path

import matplotlib as mpl
import numpy as np

FONT, SIDE, BORDER = "DejaVuSerif-Italic.ttf", 32, 4  # pixels: of a picture, and of the empty border


def printable(letters: str) -> str:
    """Those of the letters that the slanted font has."""
    from matplotlib.ft2font import FT2Font

    there = FT2Font(str(_font())).get_charmap()
    return "".join(letter for letter in letters if ord(letter) in there)


def printed(letters: str) -> np.ndarray:
    """Letters as printed in a slanted font, as large as the digits on their canvas.

    Returns (n, 1, 32, 32) float32 from 0 (paper) to 1 (ink).
    """
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.truetype(str(_font()), 60)
    room, sheets = SIDE - 2 * BORDER - 4, []
    for letter in letters:
        left, top, right, bottom = font.getbbox(letter)
        image = Image.new("L", (round(right - left), round(bottom - top)))
        ImageDraw.Draw(image).text((-left, -top), letter, font=font, fill=255)
        scale = min(room / image.width, room / image.height)
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        sheet = Image.new("L", (SIDE, SIDE))
        sheet.paste(image.resize(size), ((SIDE - size[0]) // 2, (SIDE - size[1]) // 2))
        sheets.append(np.asarray(sheet, np.float32) / 255)
    return np.stack(sheets)[:, None]


def _font() -> Path:
    return Path(mpl.get_data_path()) / "fonts" / "ttf" / FONT
