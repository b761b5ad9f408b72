/**
 * A key as a link for a second device: sealed under a code that is shown beside it. What follows
 * the # of an address never reaches a server.
 *
 * 81 bytes as base64url: version (1), end as unix seconds (4), salt (16), nonce (12), sealed key
 * (32) with its tag (16). Version and end are covered by the seal.
 * @module
 */
import { isPrivateKey } from "../crypto.js";
import { fromBase64Url, randomBytes, toBase64Url } from "./bytes.js";
import { need } from "./identity_problem.js";
import { ITERATIONS, NONCE_BYTES, SALT_BYTES, TAG_BYTES, seal, unseal } from "./passphrase_seal.js";

export const MARK = "#import=";
/** How long a link is taken; longer than a hand needs, shorter than a forgotten tab lives. */
export const LINK_LIFE_S = 900;

const VERSION = 1;
const HEADER_BYTES = 5;
const LENGTH = HEADER_BYTES + SALT_BYTES + NONCE_BYTES + 32 + TAG_BYTES;
/** Crockford's letters: none looks like another. Ten of them are 50 bits. */
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODE_LETTERS = 10;

/**
 * @param {Uint8Array} key
 * @param {string} page address of the page that reads it, without #
 * @param {number} now_s
 * @returns {Promise<{link: string, code: string, expires_at: number}>} the code in two groups of five
 */
export async function makeKeyLink(key, page, now_s) {
  const code = Array.from(randomBytes(CODE_LETTERS), (byte) => LETTERS[byte % LETTERS.length]).join("");
  const expires_at = Math.floor(now_s) + LINK_LIFE_S;
  const header = headerOf(expires_at);
  const [salt, nonce] = [randomBytes(SALT_BYTES), randomBytes(NONCE_BYTES)];
  const sealed = await seal(key, { passphrase: code, salt, nonce, iterations: ITERATIONS, header });
  const packed = toBase64Url(Uint8Array.of(...header, ...salt, ...nonce, ...sealed));
  return { link: page + MARK + packed, code: `${code.slice(0, 5)} ${code.slice(5)}`, expires_at };
}

/**
 * @param {string} text a link, or the part of it from the # on
 * @param {string} code in any case and spacing; O, I and L are read as the digits that they look like
 * @param {number} now_s
 * @returns {Promise<Uint8Array>}
 * @throws {import("./identity_problem.js").IdentityProblem} `link-damaged`, `link-newer`,
 *         `link-expired`, `code-length` or `code-wrong`
 */
export async function readKeyLink(text, code, now_s) {
  const packed = fromBase64Url(text.trim().split(MARK)[1] ?? "");
  need(packed?.length > 0, "link-damaged");
  need(packed[0] <= VERSION, "link-newer");
  need(packed.length === LENGTH, "link-damaged");
  const header = packed.slice(0, HEADER_BYTES);
  need(now_s <= new DataView(header.buffer).getUint32(1), "link-expired");
  const passphrase = normalised(code);
  need(passphrase.length === CODE_LETTERS, "code-length", { wanted: CODE_LETTERS, given: passphrase.length });
  const salt = packed.slice(HEADER_BYTES, HEADER_BYTES + SALT_BYTES);
  const nonce = packed.slice(HEADER_BYTES + SALT_BYTES, HEADER_BYTES + SALT_BYTES + NONCE_BYTES);
  const sealed = packed.slice(HEADER_BYTES + SALT_BYTES + NONCE_BYTES);
  const key = await unseal(sealed, { passphrase, salt, nonce, iterations: ITERATIONS, header });
  need(key !== null && isPrivateKey(key), "code-wrong");
  return key;
}

/** Whether a text means to be such a link. @param {string} text */
export const looksLikeKeyLink = (text) => text.includes(MARK);

function headerOf(expires_at) {
  const header = new Uint8Array(HEADER_BYTES);
  header[0] = VERSION;
  new DataView(header.buffer).setUint32(1, expires_at);
  return header;
}

const normalised = (code) =>
  code.toUpperCase().replaceAll(/[\s-]/g, "").replaceAll("O", "0").replaceAll(/[IL]/g, "1");
