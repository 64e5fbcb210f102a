"""Which published marts two versions of the code agree on: by content hash, else row by row.

    python -m tests.support.compare BEFORE AFTER [MART.OLD=NEW ...]

BEFORE and AFTER are two `published` folders of the same shop and day. `MART.OLD=NEW` says that a column was renamed on
purpose; `*.OLD=NEW` renames it in every mart that has it. Exits with 1 if a mart differs in more than names.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import duckdb


def compare(before: Path, after: Path, renames: dict[tuple[str, str], str]) -> dict[str, str]:
    """What happened to each mart: `equal`, `equal, columns renamed or moved`, or what differs.

    Args:
        before: A published folder.
        after: Another.
        renames: (mart or `*`, old column) to the new name.
    """
    hashes = [_hashes(folder) for folder in (before, after)]
    found = dict.fromkeys(sorted(hashes[0].keys() ^ hashes[1].keys()), "is in one of them only")
    for mart in sorted(hashes[0].keys() & hashes[1].keys()):
        if hashes[0][mart] == hashes[1][mart]:
            found[mart] = "equal"
        else:
            found[mart] = _compare_rows(mart, before, after, renames)
    return dict(sorted(found.items()))


def _compare_rows(mart: str, before: Path, after: Path, renames: dict[tuple[str, str], str]) -> str:
    with duckdb.connect() as db:
        for side, folder in (("old", before), ("new", after)):
            db.execute(f"create view {side} as from read_parquet('{folder / 'marts' / f'{mart}.parquet'}')")
        old_names, new_names = (
            [name for name, *_ in db.execute(f"describe {side}").fetchall()] for side in ("old", "new")
        )
        renamed = {name: renames.get((mart, name), renames.get(("*", name), name)) for name in old_names}
        gone = [f"{old} -> {new}" if old != new else old for old, new in renamed.items() if new not in new_names]
        added = [name for name in new_names if name not in renamed.values()]
        if gone or added:
            return f"columns gone: {', '.join(gone) or 'none'}; new: {', '.join(added) or 'none'}"
        old = ", ".join(f'"{old}" as "{new}"' for old, new in renamed.items())
        new = ", ".join(f'"{new}"' for new in renamed.values())
        counts = [
            db.execute(f"select count(*) from ({query})").fetchone()
            for query in (
                f"select {old} from old except all select {new} from new",
                f"select {new} from new except all select {old} from old",
            )
        ]
    only_old, only_new = (row[0] if row else 0 for row in counts)
    if only_old or only_new:
        return f"{only_old:,} rows only before, {only_new:,} rows only after"
    return "equal, columns renamed or moved"


def _hashes(published: Path) -> dict[str, str]:
    tables = json.loads((published / "manifest.json").read_text(encoding="utf-8"))["tables"]
    return {name: facts["sha256"] for name, facts in tables.items()}


def main(arguments: list[str]) -> int:
    """Print a line for each mart."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("renames", nargs="*", metavar="MART.OLD=NEW")
    given = parser.parse_args(arguments)
    renames: dict[tuple[str, str], str] = {}
    for text in given.renames:
        place, _, new = text.partition("=")
        mart, _, old = place.partition(".")
        renames[mart, old] = new
    found = compare(given.before, given.after, renames)
    for mart, verdict in found.items():
        print(f"{mart:<28} {verdict}")
    return 0 if all(verdict.startswith("equal") for verdict in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
