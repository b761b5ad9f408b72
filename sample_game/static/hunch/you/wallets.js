/**
 * Wallets of the browser: found by EIP-6963, spoken to by EIP-1193. What they say of themselves is
 * text of strangers: names are shortened and stripped, pictures are not shown at all.
 * @module
 */
import { IdentityProblem, need } from "./identity_problem.js";

const LONGEST_NAME = 40;
/** More than anybody has; a page of noise announces more. */
const MOST_WALLETS = 12;
/** Control characters, marks that turn the direction of text, and what is not to be seen. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;

/** Wallets answer at once; this is for slow ones. */
const COME_FORWARD_MS = 200;

const REJECTED = 4001;
const ALREADY_ASKED = -32002;

/**
 * @typedef {object} FoundWallet
 * @property {string} id
 * @property {string} name plain text
 * @property {string} site reversed domain name, as the wallet tells it; "" when it is none
 * @property {{request: (call: {method: string, params?: any[]}) => Promise<any>}} provider
 */

/**
 * Asks wallets to come forward.
 *
 * @param {(wallets: FoundWallet[]) => void} changed called with all of them whenever one comes
 * @param {EventTarget} [target]
 * @returns {() => void} stops listening
 */
export function discoverWallets(changed, target = globalThis) {
  const found = new Map();
  const announced = (event) => {
    const wallet = readWallet(event.detail);
    const isNew = wallet !== null && found.size < MOST_WALLETS && ![...found.values()].some(sameAs(wallet));
    if (!isNew) return;
    found.set(wallet.id, wallet);
    changed([...found.values()]);
  };
  target.addEventListener("eip6963:announceProvider", announced);
  target.dispatchEvent(new Event("eip6963:requestProvider"));
  return () => target.removeEventListener("eip6963:announceProvider", announced);
}

const sameAs = (wallet) => ({ id, provider }) => id === wallet.id || provider === wallet.provider;

/** @param {any} detail of an announcement @returns {FoundWallet | null} null: it is none */
function readWallet(detail) {
  try {
    const { info, provider } = detail;
    if (typeof provider.request !== "function" || typeof info.uuid !== "string") return null;
    const site = /^[a-z0-9.-]{1,60}$/i.test(info.rdns) ? info.rdns : "";
    return { id: info.uuid, name: plain(info.name) || site || "?", site, provider };
  } catch {
    return null;
  }
}

/** @param {unknown} text @returns {string} */
function plain(text) {
  const seen = String(text).normalize("NFC").replace(UNSEEN, "").replace(/\s+/gu, " ").trim();
  return [...seen].slice(0, LONGEST_NAME).join("");
}

/**
 * Connects to a wallet.
 *
 * @param {FoundWallet} wallet
 * @param {number} chain_id that it shall be on
 * @returns {Promise<string>} the account that it offers, in lower case
 * @throws {IdentityProblem} `wallet-rejected`, `wallet-busy`, `wallet-empty`, `wallet-failed` or `wallet-wrong-chain`
 */
export async function connect({ provider }, chain_id) {
  const accounts = await ask(provider, "eth_requestAccounts");
  const account = Array.isArray(accounts) ? String(accounts[0]).toLowerCase() : "";
  need(/^0x[0-9a-f]{40}$/.test(account), "wallet-empty");
  if ((await chainOf(provider)) !== chain_id) await switchChain(provider, chain_id);
  return account;
}

/**
 * The wallet that holds an account, of those that come forward.
 *
 * @param {string} owner the account, in lower case
 * @param {number} chain_id
 * @param {EventTarget} [target]
 * @returns {Promise<FoundWallet>}
 * @throws {IdentityProblem} `wallet-other`, or see `connect`
 */
export async function walletOf(owner, chain_id, target = globalThis) {
  const wallets = [];
  const stop = discoverWallets((all) => wallets.splice(0, wallets.length, ...all), target);
  await new Promise((resolve) => setTimeout(resolve, COME_FORWARD_MS));
  stop();
  for (const wallet of wallets) {
    if ((await connect(wallet, chain_id)) === owner) return wallet;
  }
  throw new IdentityProblem("wallet-other");
}

/**
 * Lets a wallet sign typed data (EIP-712).
 *
 * @param {FoundWallet} wallet
 * @param {string} account
 * @param {object} typedData
 * @returns {Promise<string>} 65 bytes as hexadecimal
 * @throws {IdentityProblem} see `connect`
 */
export async function signTypedData({ provider }, account, typedData) {
  const signature = await ask(provider, "eth_signTypedData_v4", [account, JSON.stringify(typedData)]);
  need(/^0x[0-9a-fA-F]{130}$/.test(signature), "wallet-failed");
  return signature;
}

async function chainOf(provider) {
  return Number(await ask(provider, "eth_chainId"));
}

async function switchChain(provider, chain_id) {
  const wanted = { chainId: `0x${chain_id.toString(16)}` };
  await ask(provider, "wallet_switchEthereumChain", [wanted]).catch((problem) => {
    if (problem.code === "wallet-rejected") throw problem;
  });
  const given = await chainOf(provider);
  need(given === chain_id, "wallet-wrong-chain", { given: String(given), wanted: String(chain_id) });
}

async function ask(provider, method, params = []) {
  try {
    return await provider.request({ method, params });
  } catch (error) {
    throw new IdentityProblem(codeOf(error?.code));
  }
}

function codeOf(number) {
  if (number === REJECTED) return "wallet-rejected";
  return number === ALREADY_ASKED ? "wallet-busy" : "wallet-failed";
}
