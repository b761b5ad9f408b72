"""A player's key as the tests see it: read from a backup by an implementation of their own."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from Crypto.Cipher import AES
from eth_account import Account
from playwright.sync_api import Page, Request, expect

from tests.browser.playing import guess_field, word_behind

PASSPHRASE = "quartz hermit lantern"
JSQR = Path(__file__).parents[2] / "node_modules" / "jsqr" / "dist" / "jsQR.js"
_READ_QR = """async (png) => {
  const answer = await fetch(`data:image/png;base64,${png}`);
  const picture = await createImageBitmap(await answer.blob());
  const canvas = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
  canvas.drawImage(picture, 0, 0);
  const { data, width, height } = canvas.getImageData(0, 0, picture.width, picture.height);
  return jsQR(data, width, height)?.data ?? null;
}"""
_DUMP = """async () => {
  const database = await new Promise((resolve, reject) => {
    const request = indexedDB.open("hunch");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const shelves = await Promise.all([...database.objectStoreNames].map((name) =>
    new Promise((resolve) => {
      const request = database.transaction(name).objectStore(name).getAll();
      request.onsuccess = () => resolve(request.result);
    })));
  database.close();
  const plain = (_, value) => (value instanceof Uint8Array ? [...value] : value);
  return JSON.stringify([shelves, { ...localStorage }, { ...sessionStorage }], plain);
}"""


def decoded(text: str) -> bytes:
    """Bytes from base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def key_in_file(content: str, passphrase: str) -> bytes:
    """Open a backup file by what docs/explanation/identity.md says of it."""
    file = json.loads(content)
    assert (file["format"], file["version"]) == ("hunch-key", 1)
    derivation, sealed = file["key_derivation"], decoded(file["sealed_key"])
    secret = hashlib.pbkdf2_hmac(
        "sha256",
        passphrase.encode(),
        decoded(derivation["salt"]),
        derivation["iterations"],
        dklen=32,
    )
    cipher = AES.new(secret, AES.MODE_GCM, nonce=decoded(file["cipher"]["nonce"]))
    cipher.update(f"hunch-key/1/{file['address']}".encode())
    key = cipher.decrypt_and_verify(sealed[:-16], sealed[-16:])
    assert Account.from_key(key).address.lower() == file["address"]
    return key


def forms_of(key: bytes) -> list[str]:
    """Everything that a key could be written as."""
    encoded = base64.b64encode(key).decode()
    url_safe = base64.urlsafe_b64encode(key).decode().rstrip("=")
    numbers = ",".join(str(byte) for byte in key)
    return [
        key.hex(),
        key.hex().upper(),
        encoded.rstrip("="),
        url_safe,
        numbers,
        str(int.from_bytes(key)),
    ]


@dataclass
class Witness:
    """Hears everything that a page sends and says."""

    heard: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Listen from now on."""
        page.on("request", self._note)
        page.on("console", lambda message: self.heard.append(message.text))
        page.on("pageerror", lambda error: self.heard.append(str(error)))

    def _note(self, request: Request) -> None:
        body = request.post_data_buffer or b""
        headers = json.dumps(request.headers)
        self.heard.append(f"{request.url} {headers} {body.decode(errors='replace')} {body.hex()}")

    def holds(self, secret: str) -> bool:
        """Whether any of it holds a secret."""
        return any(secret in said for said in self.heard)


def dump_of(page: Page) -> str:
    """All that the device keeps for the game, as text; what cannot be exported shows as nothing."""
    return str(page.evaluate(_DUMP))


def win(page: Page, url: str) -> None:
    """Guess a word and earn points."""
    page.goto(url)
    expect(guess_field(page)).to_be_focused()
    guess_field(page).fill(word_behind(page))
    page.keyboard.press("Enter")
    expect(page.get_by_text("You found it")).to_be_visible()


def save_file(page: Page, passphrase: str = PASSPHRASE) -> str:
    """Save a backup on the open screen; returns what is in the file."""
    page.get_by_label("Passphrase", exact=True).fill(passphrase)
    page.get_by_label("The same again").fill(passphrase)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the file").click()
    return Path(download.value.path()).read_text(encoding="utf-8")


def words_shown(page: Page) -> str:
    """The 24 words of the open screen."""
    page.get_by_role("button", name="Show 24 words").click()
    expect(page.locator(".words li")).to_have_count(24)
    return " ".join(page.locator(".words li").all_inner_texts())


def link_in_picture(page: Page, blank: Page) -> str:
    """What a camera would read from the QR code on the screen."""
    picture = page.locator(".qr").screenshot()
    blank.add_script_tag(path=JSQR)
    link = blank.evaluate(_READ_QR, base64.b64encode(picture).decode())
    assert isinstance(link, str), "no code was found in the picture"
    return link


def present_address(page: Page) -> Any:
    """Whose key plays, as the page asks the game about it."""
    with page.expect_request("**/api/players/*") as asked:
        page.reload()
    return asked.value.url.rpartition("/")[2]
