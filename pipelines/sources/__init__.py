"""One module or package for each kind of shop; `source` says what each of them promises."""
