/**
 * Rounds that this device deals and judges by itself: no points, nothing is sent.
 * @module
 */
import { normaliseWord } from "../../../../relayer/javascript/on-the-house.js";

/**
 * Deals a word of the deck that the machine knows; of any deck while there is no machine.
 *
 * @param {Record<string, Record<string, string[]>>} decks clues by word, for each deck
 * @param {string[]} labels the machine's words
 * @param {() => number} [chance] from 0 to 1, never 1
 * @returns {{round: object, judge: (request: object) => Promise<object>}} as `GuessRound` takes them
 */
export function dealPractice(decks, labels, chance = Math.random) {
  const deck = Object.values(decks).find((words) => fits(Object.keys(words), labels)) ?? Object.values(decks)[0];
  const words = Object.keys(deck);
  const word = words[Math.floor(chance() * words.length)];
  const clues = deck[word];
  const token = `practice ${word} ${chance()}`;
  return {
    round: { token, kind: "guess", clues: clues.slice(0, 1), clue_count: clues.length, given_by: "practice" },
    judge: judgeOf(word, clues, words),
  };
}

const fits = (words, labels) => words.length === labels.length && words.every((word) => labels.includes(word));

/** Judges as the server does, see `GuessRounds`. */
function judgeOf(word, clues, words) {
  const tries = [];
  let seen = 1;
  const answer = (outcome, isOver) => ({
    outcome,
    clues: clues.slice(0, seen),
    clue_count: clues.length,
    answer: isOver ? word : null,
    points: 0,
    confirms_a_player: false,
  });
  return async ({ guess = "", give_up = false }) => {
    const tried = guess.trim() && normaliseWord(guess);
    if (tried === word) return answer("right", true);
    if (tried && !words.includes(tried)) return answer("unknown", false);
    if (tried && tries.includes(tried)) return answer("repeated", false);
    if (give_up || seen === clues.length) return answer("over", true);
    seen += 1;
    tries.push(tried);
    return answer(tried ? "wrong" : "passed", false);
  };
}
