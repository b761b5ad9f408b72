"""Load on the real game: players as threads, each a page of its own, and how long they wait.

`players` play, a `crowd` comes in, `measure` counts, and `__main__` sets the stage of the demo
(chain, relayer, worker, and the game under gunicorn).
"""
