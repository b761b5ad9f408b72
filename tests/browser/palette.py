"""Makes screenshots small: the page has few colours, so one byte for each pixel is enough."""

from __future__ import annotations

import base64
import struct
import zlib

from playwright.sync_api import Page

#: Reads the pixels of a picture. The most frequent colours stay as they are; of the others, which
#: smooth the edges of letters, so many lower bits go that 256 colours are enough.
READ_PIXELS = """async (source) => {
    const picture = await createImageBitmap(await (await fetch(source)).blob());
    const { width, height } = picture;
    const canvas = new OffscreenCanvas(width, height).getContext("2d");
    canvas.drawImage(picture, 0, 0);
    const { data } = canvas.getImageData(0, 0, width, height);
    const colourAt = (at) => (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
    const counts = new Map();
    for (let at = 0; at < data.length; at += 4) {
        counts.set(colourAt(at), (counts.get(colourAt(at)) ?? 0) + 1);
    }
    const frequent = [...counts].sort((one, other) => other[1] - one[1]).slice(0, 96);
    const exact = new Set(frequent.map(([colour]) => colour));
    for (let dropped = 0; ; dropped += 1) {
        const half = (1 << dropped) >> 1;
        const rounded = (level) => Math.min(255, ((level + half) >> dropped) << dropped);
        const near = (colour) => exact.has(colour) ? colour : (rounded(colour >> 16) << 16) |
            (rounded((colour >> 8) & 255) << 8) | rounded(colour & 255);
        const colours = [...new Set([...counts.keys()].map(near))];
        if (colours.length > 256) continue;
        const places = new Map(colours.map((colour, place) => [colour, place]));
        const text = Array.from({ length: width * height },
            (_, pixel) => String.fromCharCode(places.get(near(colourAt(4 * pixel))))).join("");
        return { width, height, colours, pixels: btoa(text) };
    }
}"""


def with_palette(studio: Page, png: bytes) -> bytes:
    """Return the picture as a PNG with a palette. `studio` is an empty page to work in."""
    source = f"data:image/png;base64,{base64.b64encode(png).decode()}"
    read = studio.evaluate(READ_PIXELS, source)
    width, height = read["width"], read["height"]
    pixels = base64.b64decode(read["pixels"])
    rows = b"".join(b"\0" + pixels[row * width : (row + 1) * width] for row in range(height))
    palette = b"".join(colour.to_bytes(3, "big") for colour in read["colours"])
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", header),
            _chunk(b"PLTE", palette),
            _chunk(b"IDAT", zlib.compress(rows, 9)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    size, check = struct.pack(">I", len(content)), struct.pack(">I", zlib.crc32(kind + content))
    return size + kind + content + check
