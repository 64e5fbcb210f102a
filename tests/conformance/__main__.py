"""Score a pipeline: fill a warehouse with the kit's shops, let the pipeline make its marts, and compare.

python -m tests.conformance fill FOLDER [EXAM]
python -m tests.conformance score FILE.duckdb [EXAM]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import duckdb

from tests.conformance.score import EXAMS, score
from tests.conformance.warehouse import fill


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=__doc__)
    parser.add_argument("what", choices=["fill", "score"])
    parser.add_argument("path", type=Path, help="fill: a folder; score: a DuckDB file with the schema marts.")
    parser.add_argument("exam", nargs="?", choices=list(EXAMS), default="defaults", help="Which settings.")
    arguments = parser.parse_args()
    exam = EXAMS[arguments.exam]
    if arguments.what == "fill":
        arguments.path.mkdir(parents=True, exist_ok=True)
        print(fill(arguments.path, exam.shop()))
        return 0
    with duckdb.connect(str(arguments.path), read_only=True) as connection:
        wrong = score(connection, exam)
    print("\n".join(wrong) or f"{len(exam.cases)} cases and {len(exam.seeds)} shops by chance: no difference")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
