"""Where orders come from.

source    what a source promises, and how a shop's is opened
staged    what sources have in common that read a whole shop into a scratch database first
early_rows  what such a source holds from before the shop's first day
reading/  files as tables

Every other module or package is a kind of source: it declares itself in a constant `KIND`, and nothing else has to
know of it.
"""
