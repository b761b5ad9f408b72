"""What keeps the game fair: limits, caps, notes of what no person does, and who does not count.

`docs/explanation/fair-play.md` says what each part does, and what none of them can.
"""
