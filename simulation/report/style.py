"""The style sheet of reports: light or dark as the reader likes, from phones to wide screens."""

from typing import Final

from simulation.report.drawing import variables

#: In the dark each colour of a picture gives way to a lighter one of the same hue.
_IN_THE_DARK: Final = {
    "#1f2328": "#e6e8eb",
    "#c9ced6": "#4a515b",
    "#0b6e4f": "#4fd1a1",
    "#2f6fde": "#7db0ff",
    "#7a52cc": "#b9a0f5",
    "#c1121f": "#ff7b80",
    "#c46200": "#f5a35c",
    "#24292f": "#f0f2f4",
    "#8a6d00": "#e0c04c",
}

_SHEET: Final = """
:root { %(light)s --paper: #ffffff; --alarm: #c46200; --panel: #f5f6f8; }
@media (prefers-color-scheme: dark) {
  :root { %(dark)s --paper: #14171b; --alarm: #f5a35c; --panel: #1d2127; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 76rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0.5rem 0 1rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 0.5rem; }
p { max-width: 44rem; margin: 0.5rem 0; }
.warning { padding: 0.5rem 0.75rem; background: var(--panel);
  border-left: 0.25rem solid var(--alarm); }
.figures { display: grid; gap: 1rem; margin: 1.25rem 0;
  grid-template-columns: repeat(auto-fill, minmax(min(100%%, 26rem), 1fr)); }
figure { margin: 0; padding: 0.75rem; min-width: 0;
  background: var(--panel); border-radius: 0.5rem; }
figcaption { font-weight: 600; margin-bottom: 0.5rem; }
svg { display: block; width: 100%%; max-width: 40rem; height: auto; }
svg text { font-family: system-ui, sans-serif !important; fill: var(--ink) !important; }
summary { cursor: pointer; padding: 0.5rem 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 0.9rem; }
th, td { padding: 0.25rem 0.75rem 0.25rem 0; text-align: right; vertical-align: top;
  border-bottom: 1px solid var(--faint); }
th:first-child, td:first-child { text-align: left; }
.pairs td { text-align: left; overflow-wrap: anywhere; }
.pairs th { font-weight: 400; }
pre { background: var(--panel); padding: 0.75rem; border-radius: 0.5rem;
  white-space: pre-wrap; overflow-wrap: anywhere; }
:focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
"""


def style_sheet() -> str:
    """The style sheet with the colours of pictures as variables."""
    names = variables()
    light = " ".join(f"{name}: {colour};" for colour, name in names.items())
    dark = " ".join(f"{name}: {_IN_THE_DARK[colour]};" for colour, name in names.items())
    return _SHEET % {"light": light, "dark": dark}
