"""Puzzles: the same words with the same clues for everybody who plays, one try for each player.

* `playing`: deals the words of a puzzle one after the other as guess rounds, and tells the result
* `daily`: the puzzle of the day; `streak`: days in a row
* `duels`: a puzzle that one player starts and others join by a code
* `code_words`, `nicknames`: words to say instead of numbers
* `proofs`: nobody uses up somebody else's one try
"""
