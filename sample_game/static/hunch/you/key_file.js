/**
 * A key as a backup file: JSON, sealed under a passphrase. `docs/explanation/identity.md` states
 * the format; a file of today can be read for ever.
 * @module
 */
import { accountOf, isPrivateKey } from "../crypto.js";
import { fromBase64Url, randomBytes, sha256, toBase64Url, utf8 } from "./bytes.js";
import { need } from "./identity_problem.js";
import { ITERATIONS, NONCE_BYTES, SALT_BYTES, seal, unseal } from "./passphrase_seal.js";

export const FORMAT = "hunch-key";
export const VERSION = 1;
export const SHORTEST_PASSPHRASE = 10;

const KEY_DERIVATION = "PBKDF2-SHA256";
const CIPHER = "AES-256-GCM";
/** A file that asks for more would only keep the device busy. */
const MOST_ITERATIONS = 10_000_000;
const CHECK_BYTES = 4;

/**
 * Writes a key into a backup file.
 *
 * @param {Uint8Array} key 32 bytes
 * @param {string} passphrase
 * @param {Date} now
 * @returns {Promise<string>} JSON
 * @throws {import("./identity_problem.js").IdentityProblem} `passphrase-short`
 */
export async function writeKeyFile(key, passphrase, now) {
  need([...passphrase].length >= SHORTEST_PASSPHRASE, "passphrase-short", { least: SHORTEST_PASSPHRASE });
  const facts = {
    format: FORMAT,
    version: VERSION,
    address: accountOf(key).address,
    created_at: now.toISOString(),
    key_derivation: { name: KEY_DERIVATION, iterations: ITERATIONS, salt: toBase64Url(randomBytes(SALT_BYTES)) },
    cipher: { name: CIPHER, nonce: toBase64Url(randomBytes(NONCE_BYTES)) },
  };
  const sealed_key = toBase64Url(await seal(key, termsOf(facts, passphrase)));
  const file = { ...facts, sealed_key };
  return `${JSON.stringify({ ...file, check: await checkOf(file) }, null, 2)}\n`;
}

/**
 * Reads a key out of a backup file.
 *
 * @param {string} text
 * @param {string} passphrase
 * @returns {Promise<Uint8Array>}
 * @throws {import("./identity_problem.js").IdentityProblem} `file-foreign`, `file-newer`,
 *         `file-damaged` or `passphrase-wrong`
 */
export async function readKeyFile(text, passphrase) {
  const file = await checked(text);
  const key = await unseal(fromBase64Url(file.sealed_key), termsOf(file, passphrase));
  need(key !== null, "passphrase-wrong");
  need(isPrivateKey(key) && accountOf(key).address === file.address, "file-damaged");
  return key;
}

/** Tells of whom a file is, before any passphrase. @param {string} text @returns {Promise<string>} the address */
export async function addressInKeyFile(text) {
  return (await checked(text)).address;
}

/** Whether a text means to be such a file. @param {string} text */
export const looksLikeKeyFile = (text) => text.trim().startsWith("{");

async function checked(text) {
  const file = parsed(text);
  need(file?.format === FORMAT, "file-foreign");
  need(file.version <= VERSION, "file-newer");
  need(isWhole(file) && (await checkOf(file)) === file.check, "file-damaged");
  return file;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isWhole({ address, key_derivation, cipher, sealed_key }) {
  const iterations = key_derivation?.iterations;
  return (
    /^0x[0-9a-f]{40}$/.test(address) &&
    key_derivation?.name === KEY_DERIVATION &&
    cipher?.name === CIPHER &&
    Number.isInteger(iterations) &&
    iterations > 0 &&
    iterations <= MOST_ITERATIONS &&
    [key_derivation.salt, cipher.nonce, sealed_key].every((part) => fromBase64Url(part)?.length > 0)
  );
}

function termsOf({ format, version, address, key_derivation, cipher }, passphrase) {
  return {
    passphrase,
    salt: fromBase64Url(key_derivation.salt),
    nonce: fromBase64Url(cipher.nonce),
    iterations: key_derivation.iterations,
    header: utf8(`${format}/${version}/${address}`),
  };
}

/** Tells a damaged file from a wrong passphrase; it guards against accidents, the seal against attacks. */
async function checkOf({ address, key_derivation, cipher, sealed_key }) {
  const parts = [address, key_derivation?.iterations, key_derivation?.salt, cipher?.nonce, sealed_key];
  return toBase64Url((await sha256(utf8(parts.join("/")))).slice(0, CHECK_BYTES));
}
