import assert from "node:assert/strict";
import { describe, test } from "node:test";

import {
  encodeFeatures,
  MAX_FEATURES,
  normaliseWord,
  WordError,
  wordFeatures,
} from "../../relayer/javascript/on-the-house.js";
import { bytesOf, featuresOf, keccak256, readVectors } from "./vectors.js";

const vectors = readVectors("features.json");
const { encodeSample, featureOf } = wordFeatures(keccak256);

describe("features of words", () => {
  for (const { word, normalised, feature } of vectors.words) {
    test(`${JSON.stringify(word).slice(0, 40)} has the feature that Python and Solidity give it`, () => {
      assert.equal(normaliseWord(word), normalised);
      assert.equal(featureOf(word), feature);
    });
  }

  for (const codeUnits of vectors.not_words_utf16) {
    // Features and code units are both written as four hexadecimal digits each.
    const text = String.fromCharCode(...featuresOf(codeUnits));
    test(`${JSON.stringify(text)} is refused as a word`, () => {
      assert.throws(() => featureOf(text), WordError);
    });
  }
});

describe("samples of words", () => {
  for (const { words, sample } of vectors.samples) {
    test(`${words.join(", ")} make the sample of the vectors`, () => {
      assert.deepEqual(encodeSample(words), bytesOf(sample));
    });
  }

  test("no word makes no sample", () => assert.throws(() => encodeSample([]), WordError));

  test("a sample takes as many features as the contract, and not one more", () => {
    const most = Array.from({ length: MAX_FEATURES }, (_, feature) => feature);
    assert.equal(encodeFeatures(most).length, 2 * MAX_FEATURES);
    assert.throws(() => encodeFeatures([...most, MAX_FEATURES]), WordError);
  });
});
