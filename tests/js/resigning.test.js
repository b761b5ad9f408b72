import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { Problem } from "../../sample_game/static/hunch/game_api.js";
import { loadIdentity } from "../../sample_game/static/hunch/identity.js";
import { adoptKey, activeKey } from "../../sample_game/static/hunch/keyring.js";
import { signAndSend } from "../../sample_game/static/hunch/resigning.js";
import { passing } from "../../sample_game/static/hunch/storage.js";

const problem = (code) => new Problem({ code, detail: code });

/** A house that takes each number once, as the relayer does. */
class House {
  taken = new Set();

  next = () => Math.max(-1, ...this.taken) + 1;

  take = async (number) => {
    if (this.taken.has(number)) throw problem("nonce-conflict");
    this.taken.add(number);
    return number;
  };
}

/** One of the devices of a player; what it knows of the house is as old as its last look. */
class Device {
  known = 0;

  constructor(house, identity) {
    this.house = house;
    this.identity = identity;
  }

  play() {
    return signAndSend(
      () => this.identity.takeNonce(this.known),
      this.house.take,
      async () => (this.known = this.house.next()),
    );
  }
}

describe("two devices with one key", () => {
  test("get all their messages through, whoever is faster", async () => {
    const house = new House();
    const storages = [passing(), passing()];
    await adoptKey(storages[1], await activeKey(storages[0]));
    const [first, second] = await Promise.all(storages.map(async (storage) => new Device(house, await loadIdentity(storage))));
    assert.equal(first.identity.address, second.identity.address);
    for (let round = 0; round < 10; round += 1) await Promise.all([first.play(), second.play()]);
    assert.deepEqual([...house.taken].sort((left, right) => left - right), Array.from({ length: 20 }, (_, number) => number));
  });

  test("give up after some tries when every number is taken", async () => {
    let tries = 0;
    const never = async () => {
      tries += 1;
      throw problem("nonce-used");
    };
    await assert.rejects(signAndSend(async () => 0, never, async () => {}), { code: "nonce-used" });
    assert.equal(tries, 5);
  });

  test("do not sign again for any other reason", async () => {
    let tries = 0;
    const banned = async () => {
      tries += 1;
      throw problem("banned");
    };
    await assert.rejects(signAndSend(async () => 0, banned, async () => {}), { code: "banned" });
    assert.equal(tries, 1);
  });
});
