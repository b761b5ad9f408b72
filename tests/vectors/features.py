"""Vectors of words and their features."""

from typing import Any

from relayer.models.features import encode_words, feature_of, normalise_word

#: Words that tell apart almost right from right: case folding, composition, width, scripts.
WORDS = [
    "cat", "Cat", "CAT", " cat\t", "\u3000cat\u00a0", "\u2028cat\x85", "\ufeffcat", "\x1fcat",
    "cat\u200b", "ice cream", "ice-cream", "don't", "3", "\uff23\uff41\uff54", "\uff76\uff9e",
    "caf\u00e9", "cafe\u0301", "CAFE\u0301", "\u212bngstr\u00f6m", "\u01c4emal", "\ufb01sh",
    "Stra\u00dfe", "STRASSE", "STRA\u1e9eE", "\u0130stanbul", "ISPARTA", "\u0131\u015f\u0131k",
    "\u03a3\u039f\u03a6\u039f\u03a3", "\u03c3\u03bf\u03c6\u03cc\u03c2", "\u039f\u03a3'", "\u1fb3",
    "\u1f88", "\u043a\u043e\u0442", "\u041a\u041e\u0422", "\u0439", "\u0438\u0306", "\u732b",
    "\u306d\u3053", "\u30cd\u30b3", "\u304b\u3099", "\uace0\uc591\uc774", "\u1100\u1161",
    "\u0642\u0637\u0629", "\ufed7\ufec4\ufe94", "\u05d7\u05ea\u05d5\u05dc", "\u05e9\u05c1\u05b8",
    "\u092c\u093f\u0932\u094d\u0932\u0940", "\u0958", "\u0e41\u0e21\u0e27", "\u0e33", "m\u00e8o",
    "vi\u1ec7t", "vie\u0323\u0302t", "\u10d9\u10d0\u10e2\u10d0", "\u1c99\u1c90", "\u13a0",
    "\u2c1a", "\u1e900", "\U00010400", "\U0001f408", "\U0001f408\u200d\u2b1b", "\u2764\ufe0f",
    "\U0001f1e9\U0001f1ea", "\U0001d402\U0001d41a\U0001d42d", "\u2460", "\u00bd", "x\u00b2",
    "\u2126", "\u00b5m", "\u00b4", "\u1d2c", "a\u0315\u0300\u05ae\u0062", "\u0345",
    "\u03b1\u0345\u0301", "z" * 300,
]  # fmt: skip
CLUES = [
    ["fur", "purr", "milk"],
    ["milk", "PURR", "Fur ", "fur"],
    ["Stra\u00dfe", "\u732b", "\U0001f408", "\u03c3\u03bf\u03c6\u03cc\u03c2", "vi\u1ec7t"],
    ["cat"],
]
NOT_WORDS = ["", " ", "\t\n", "\u3000", "\u2029\u205f", "\ud800", "cat\udc00"]


def vectors() -> dict[str, Any]:
    """Words with their normalised spelling and feature, clue lists with their sample."""
    return {
        "words": [
            {
                "word": word,
                "normalised": normalise_word(word),
                "utf8": "0x" + normalise_word(word).encode().hex(),
                "feature": feature_of(word),
            }
            for word in WORDS
        ],
        "samples": [
            {"words": words, "sample": "0x" + encode_words(words).hex()} for words in CLUES
        ],
        # Half a surrogate pair is no valid JSON everywhere, hence the code units in hexadecimal.
        "not_words_utf16": [
            "0x" + text.encode("utf-16-be", "surrogatepass").hex() for text in NOT_WORDS
        ],
    }
