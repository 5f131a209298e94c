"""A picture as it is seen: upright, on white, no finer than asked for. What is shown and what is read are the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

_ORIENTED = ("xmp", "XML:com.adobe.xmp")  # what Pillow turns a picture by, and a browser does not


def flat(found: Image.Image, most: int) -> Image.Image:
    """A picture of `most` pixels at the most, in grey or colours, turned as its maker says."""
    from PIL import Image, ImageOps

    made = found.convert("RGBA") if found.mode == "P" else found
    if made.mode.startswith("I"):  # 16 bits a pixel, which would be cut off and not scaled
        made = made.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    share = made.width * made.height / most
    if share > 1:
        made = made.convert("L") if made.mode == "1" else made
        made = made.reduce(int(share**0.5) + 1)
    for name in _ORIENTED:
        made.info.pop(name, None)
    made = ImageOps.exif_transpose(made)
    if made.mode in ("RGBA", "LA", "PA") or "transparency" in made.info:
        made = made.convert("RGBA")
        under = Image.new("RGBA", made.size, "white")
        under.alpha_composite(made)
        made = under
    return made.convert("L" if made.mode in ("1", "L") else "RGB")
