/**
 * The one place that names the vendored version of viem: keys, signatures, hashes.
 * @module
 */
export {
  bytesToHex,
  generatePrivateKey,
  hashTypedData,
  hexToBytes,
  keccak256,
  privateKeyToAccount,
} from '../vendor/viem-accounts-2.57.20.js';
