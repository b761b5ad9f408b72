import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";

import { accountOf, generatePrivateKey } from "../../sample_game/static/hunch/crypto.js";
import { loadIdentity } from "../../sample_game/static/hunch/identity.js";
import { activeKey, adoptKey, otherAddresses, returnToKey } from "../../sample_game/static/hunch/keyring.js";
import { passing } from "../../sample_game/static/hunch/storage.js";

const hexOf = (bytes) => Buffer.from(bytes).toString("hex");

/** All that a dump of the storage, a log line or an error report would show. */
async function dumpOf(storage) {
  const values = await storage.all("identity");
  return `${JSON.stringify(values)} ${inspect(values, { depth: null, maxArrayLength: null })}`;
}

describe("the keys of a device", () => {
  test("lie sealed: no dump of the storage holds one, as text or as bytes", async () => {
    const storage = passing();
    const key = await activeKey(storage);
    const dump = await dumpOf(storage);
    assert.ok(dump.includes(accountOf(key).address));
    for (const form of [hexOf(key), key.join(","), key.join(", "), Buffer.from(key).toString("base64")]) {
      assert.ok(!dump.includes(form));
    }
    const [{ lock }] = await storage.all("identity");
    await assert.rejects(crypto.subtle.exportKey("raw", lock), /extractable/);
  });

  test("make one identity, which signs and shows no key", async () => {
    const identity = await loadIdentity(passing());
    assert.deepEqual(Object.keys(identity).sort(), ["address", "signDigest", "takeNonce"]);
    assert.doesNotMatch(JSON.stringify(identity), /[0-9a-f]{64}/);
  });

  test("of an earlier version, kept as plain text, are sealed and stay the same", async () => {
    const storage = passing();
    const key = generatePrivateKey();
    await storage.update("identity", "key", () => `0x${hexOf(key)}`);
    assert.deepEqual(await activeKey(storage), key);
    assert.ok(!(await dumpOf(storage)).includes(hexOf(key)));
    assert.deepEqual(await activeKey(storage), key);
  });

  test("are one when two tabs make them at the same moment", async () => {
    const storage = passing();
    const [first, second] = await Promise.all([activeKey(storage), activeKey(storage)]);
    assert.deepEqual(first, second);
  });

  test("stay when another one is taken, and can be returned to", async () => {
    const storage = passing();
    const [old, fresh] = [await activeKey(storage), generatePrivateKey()];
    await adoptKey(storage, fresh);
    assert.deepEqual(await activeKey(storage), fresh);
    assert.deepEqual(await otherAddresses(storage), [accountOf(old).address]);
    await returnToKey(storage, accountOf(old).address);
    assert.deepEqual(await activeKey(storage), old);
    assert.deepEqual(await otherAddresses(storage), [accountOf(fresh).address]);
  });

  test("are not listed twice when the same one is taken again", async () => {
    const storage = passing();
    const key = await activeKey(storage);
    await adoptKey(storage, key);
    assert.deepEqual(await otherAddresses(storage), []);
  });

  test("count their numbers apart from each other", async () => {
    const storage = passing();
    const first = await loadIdentity(storage);
    await first.takeNonce(7);
    await adoptKey(storage, generatePrivateKey());
    const second = await loadIdentity(storage);
    assert.equal(await second.takeNonce(0), 0);
    assert.equal(await first.takeNonce(0), 8);
  });
});
