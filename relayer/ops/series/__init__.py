"""Plots of a range of time, read from series that were summed up as things happened.

* `spans`: the ranges that one can look at
* `curves`: what a plot is
* `reading`: values of a span, step by step
* `money`, `flow`, `learning`: the plots
* `sections`: the part of a page that has plots
"""
