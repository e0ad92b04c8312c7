"""Makes data/photographs/ from Debian's package tuxpaint-stamps-default: `python docs/photographs.py PACKAGE.deb`.

`apt-get download tuxpaint-stamps-default` fetches the package; `dpkg-deb` (of dpkg) unpacks it here. Taken are
photographs of six kinds whose only licence is the package's own, GPL-2. Left out are drawings, what looks painted over,
and what according to the package's changelog comes from elsewhere under other terms (Wikipedia, stock photographs).

Each is cut to what it shows, put in the middle of white paper of 224×224 pixels, and saved as JPEG. origin.csv says
where each comes from; the authors are those that the changelog names.
"""

import csv
import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from PIL import Image

SIDE, ROOM, QUALITY = 224, 208, 85  # pixels: of a photograph, and of what it shows
FOLDER = Path(__file__).resolve().parents[1] / "data" / "photographs"
STAMPS = Path("usr/share/tuxpaint/stamps")
COPYING = Path("/usr/share/common-licenses/GPL-2")
LICENCE = "GPL-2"

CHILDSPLAY = "Stas Zytkiewicz (Childsplay), adapted by Pere Pujal i Carabantes"
PUJAL, KENDRICK, GOERNER = "Pere Pujal i Carabantes", "Bill Kendrick", "Chris Goerner"
FORD = "Caroline Ford"
O_SULLIVAN, PECK, KARG = "John O'Sullivan", "Akkana Peck", "Steve Karg"
COCO_RANCH = "not named, with thanks to Coco Ranch Farmers Market"
COLLINS = "not named, with thanks to Jen and Ed Collins"
UNNAMED = "not named"

BIRDS, FLOWERS, FRUIT, VEGETABLES = "animals/birds", "plants/flowers", "food/fruit", "food/vegetables"
MAMMALS = "animals/mammals"
# kind → (folder in the package, author, names of the files)
TAKEN = {
    "bird": (
        (BIRDS, CHILDSPLAY, "blackbird crow cuckoo duck gander lark nandou owl penguin pigeon rooster seagull turkey"),
        (BIRDS, GOERNER, "adelaide-rosella little-penguin magpie rainbow-lorikeet silver-gull"),
        (BIRDS, KENDRICK, "crowned_crane magellanic_penguin peacock pink_flamingo"),
        (BIRDS, FORD, "chicken_profile"),
        (BIRDS, O_SULLIVAN, "drake guineafowl hen"),
    ),
    "flower": (
        (FLOWERS, PECK, " ".join(f"flower{number}" for number in range(1, 11))),
        (FLOWERS, GOERNER, "pigface yellow-flower"),
        (FLOWERS, FORD, "daffodil"),
        (FLOWERS, UNNAMED, "anemone_red iris marigold red-gazania rose whitestar-petunia"),
    ),
    "fruit": (
        (FRUIT, COCO_RANCH, "apple_fuji apple_granny_smith apple_sierra_beauty banana"),
        (FRUIT, COLLINS, "mango pear pomegranate strawberry"),
        (FRUIT, UNNAMED, "apple_green apple_red orange raspberry"),
        (FRUIT, GOERNER, "lemon mandarine"),
        (FRUIT, UNNAMED, "avocado cherimoya kiwi orange_seville"),
    ),
    "hoofed animal": (
        (f"{MAMMALS}/bovines", CHILDSPLAY, "bison bull cow goat mountaingoat ram yak zebu"),
        (f"{MAMMALS}/bovines", FORD, "cow_white sheep sheep_lamb"),
        (f"{MAMMALS}/bovines", PUJAL, "gnu-baby gnu-baby-stand gnu-sitting gnu-stand"),
        (f"{MAMMALS}/bovines", KENDRICK, "indian_blackbuck"),
        (f"{MAMMALS}/camel", CHILDSPLAY, "camel"),
        (f"{MAMMALS}/deer", CHILDSPLAY, "caribou deer doe wapiti"),
        (f"{MAMMALS}/equines", CHILDSPLAY, "horse"),
        (f"{MAMMALS}/equines", FORD, "donkey_eating"),
        (f"{MAMMALS}/equines", KENDRICK, "zebra"),
        (MAMMALS, CHILDSPLAY, "pig wildboar"),
        (MAMMALS, FORD, "pig_golden pig_golden2"),
        (MAMMALS, KENDRICK, "giraffe"),
    ),
    "pawed animal": (
        (MAMMALS, CHILDSPLAY, "badger ferret"),
        (MAMMALS, FORD, "rabbit_little"),
        (f"{MAMMALS}/aquatic", UNNAMED, "otter"),
        (f"{MAMMALS}/bears", CHILDSPLAY, "bear"),
        (f"{MAMMALS}/bears", PUJAL, "european-bear"),
        (f"{MAMMALS}/cats", CHILDSPLAY, "lion tiger"),
        (f"{MAMMALS}/cats", KENDRICK, "tiger_sumatran"),
        (f"{MAMMALS}/cats", UNNAMED, "lion-2"),
        (f"{MAMMALS}/dogs", CHILDSPLAY, "fox"),
        (f"{MAMMALS}/dogs", GOERNER, "dingo"),
        (f"{MAMMALS}/rodents", CHILDSPLAY, "beaver marmot mouse rabbit rat squirrel"),
        (f"{MAMMALS}/rodents", KENDRICK, "capybara"),
        (f"{MAMMALS}/rodents", PUJAL, "rabbit-2"),
        ("animals/marsupials", CHILDSPLAY, "koala wombat"),
        ("animals/marsupials", GOERNER, "kangaroo"),
    ),
    "vegetable": (
        (
            VEGETABLES,
            COCO_RANCH,
            "chilepepper eggplant garlics pattypan_squash pumpkin_small redlettuce yellowpepper",
        ),
        (VEGETABLES, UNNAMED, "garlic onion yam"),
        (VEGETABLES, KARG, "broccoli corn"),
        (VEGETABLES, UNNAMED, "carrot lettuce pepper potato tomato"),
    ),
}


def on_white(path: Path) -> Image.Image:
    """What a cut-out picture shows, as large as there is room, in the middle of white paper."""
    with Image.open(path) as file:
        cutout = file.convert("RGBA")
    cutout = cutout.crop(cutout.getchannel("A").point(lambda alpha: 255 if alpha > 16 else 0).getbbox())
    scale = ROOM / max(cutout.size)
    size = max(1, round(scale * cutout.width)), max(1, round(scale * cutout.height))
    cutout = cutout.convert("RGBa").resize(size, Image.Resampling.BICUBIC).convert("RGBA")  # no dark rim
    paper = Image.new("RGBA", (SIDE, SIDE), "white")
    paper.alpha_composite(cutout, ((SIDE - size[0]) // 2, (SIDE - size[1]) // 2))
    return paper.convert("RGB")


def title(path: Path) -> str:
    """What the package says that a picture shows: the first line of its text."""
    text = path.with_suffix(".txt").read_text(encoding="utf-8").splitlines()[0]
    return text.strip().rstrip(".")


def main(package: Annotated[Path, typer.Argument(help="tuxpaint-stamps-default_VERSION_all.deb", exists=True)]) -> None:
    """Write data/photographs/ anew."""
    fields = subprocess.run(
        ["dpkg-deb", "--field", package, "Package", "Version"], capture_output=True, text=True, check=True
    ).stdout
    source = " ".join(line.partition(": ")[2] for line in fields.splitlines())
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["dpkg-deb", "--extract", package, folder], check=True)
        for kind, parts in TAKEN.items():
            target = FOLDER / kind
            shutil.rmtree(target, ignore_errors=True)
            target.mkdir(parents=True)
            for part, author, names in parts:
                for name in names.split():
                    path = Path(folder) / STAMPS / part / f"{name}.png"
                    file = target / f"{name.replace('_', '-')}.jpg"
                    on_white(path).save(file, quality=QUALITY, optimize=True)
                    origin = f"{source}, {part}/{name}.png"
                    digest = hashlib.sha256(file.read_bytes()).hexdigest()
                    rows.append([f"{kind}/{file.name}", title(path), author, LICENCE, origin, digest])
    with (FOLDER / "origin.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["file", "title", "author", "licence", "source", "sha256"])
        table.writerows(sorted(rows))
    shutil.copyfile(COPYING, FOLDER / "COPYING")
    size = sum(path.stat().st_size for path in FOLDER.rglob("*.jpg"))
    print(f"{len(rows)} photographs, {size / 1e6:.2f} MB, from {source}")


if __name__ == "__main__":
    typer.run(main)
