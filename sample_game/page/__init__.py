"""The page of Hunch: what browsers fetch, under which addresses, and in which form.

* `routes`: the addresses.
* `shipment`: all files of the page under one address that changes when any of them does.
* `stripping`: modules and styles without comments and indentation.
* `modules`: which modules the first screen needs.
* `strings`: the words, for the parts of the page that the server writes.
"""

from sample_game.page.routes import pages

__all__ = ["pages"]
