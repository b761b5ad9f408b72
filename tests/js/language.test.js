import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { LANGUAGES, speak, t } from "../../sample_game/static/hunch/language.js";
import { SCREENS, addressOf, screenOf } from "../../sample_game/static/hunch/screens.js";
import { HUNCH, ownModules, speakEnglish, wordsOf } from "./strings.js";

const english = wordsOf("en");
const formsOf = (entry) => (typeof entry === "string" ? { other: entry } : entry);
const placeholders = (entry) => [...new Set(Object.values(formsOf(entry)).join(" ").match(/\{\w+\}/g) ?? [])].sort();

describe("the tables of strings", () => {
  for (const code of Object.keys(LANGUAGES)) {
    const table = wordsOf(code);

    test(`${code} has the same keys as English, in the same order`, () => {
      assert.deepEqual(Object.keys(table), Object.keys(english));
    });

    test(`${code} has the same placeholders, and every form that its plurals need`, () => {
      const { pluralCategories } = new Intl.PluralRules(code).resolvedOptions();
      for (const [key, entry] of Object.entries(table)) {
        assert.deepEqual(placeholders(entry), placeholders(english[key]), key);
        assert.equal(typeof entry, typeof english[key], key);
        if (typeof entry === "object") assert.deepEqual(Object.keys(entry).sort(), [...pluralCategories].sort(), key);
      }
    });

    test(`${code} speaks no word of chains`, () => {
      for (const [key, entry] of Object.entries(table)) {
        if (key.startsWith("you.")) continue; // where an own wallet is offered, after the first result
        const words = Object.values(formsOf(entry)).join(" ");
        assert.doesNotMatch(words, /\b(gas|wallet|brieftasche|transaktion|transaction|blockchain|ethereum|wei)\b/i, key);
      }
    });
  }

  test("have every key that a module names, and none that nobody names", () => {
    const code = ownModules().map(({ text }) => text).join("\n");
    const used = [...code.matchAll(/\bt\(\s*"([\w.]+)"/g)].map(([, key]) => key);
    assert.deepEqual(used.filter((key) => !(key in english)), []);
    const families = [...code.matchAll(/\bt\((?:[^()"`]*\? )?`([\w.]*)\$\{/g)].map(([, start]) => start).filter(Boolean);
    const named = (key) =>
      code.includes(`"${key}"`) || families.some((start) => key.startsWith(start)) || key.startsWith("page.") || key.endsWith(".title");
    assert.deepEqual(Object.keys(english).filter((key) => !named(key)), []);
  });
});

describe("words", () => {
  test("count as the language counts", () => {
    speak("de", wordsOf("de"));
    assert.equal(t("points", { count: 1 }), "1 Punkt");
    assert.equal(t("points", { count: 1200 }), "1.200 Punkte");
    speakEnglish();
    assert.equal(t("points", { count: 1 }), "1 point");
    assert.equal(t("points", { count: 1200 }), "1,200 points");
  });

  test("take what players type as it is", () => {
    assert.equal(t("guess.unknown", { tried: "{count} $& <b>" }).slice(0, 16), "“{count} $& <b>”");
  });
});

describe("the screens", () => {
  test("have addresses that lead back to them", () => {
    for (const { name, parameter, value } of SCREENS) {
      const address = new URL(addressOf(name, value === undefined ? "ABC" : undefined), "https://hunch.example/");
      assert.equal(screenOf(address.search).name, name);
      assert.equal(parameter === undefined, name === SCREENS[0].name);
    }
    assert.equal(screenOf("?play=nothing").name, SCREENS[0].name);
  });

  test("can all be loaded, and have a title", async () => {
    for (const { name, load } of SCREENS) {
      assert.ok(`${name}.title` in english, name);
      const [, path] = /import\("\.\/([\w./]+)"\)/.exec(load.toString());
      const module = ownModules().find((one) => one.name === path);
      assert.match(module?.text ?? "", /export (async )?(function|const) Screen\b/, new URL(path, HUNCH).href);
    }
  });
});
