"""What the doctor found: facts to compare with what one knows of the shop, and problems with what to do about each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["settings", "refused", "reject", "quarantine", "warn"]

# From the worst on, with what a night would do about it.
HEADINGS: dict[Severity, str] = {
    "settings": "No night can run with these settings",
    "refused": "A night would stop: this cannot be read",
    "reject": "A night would load nothing",
    "quarantine": "A night would keep these orders and rows back",
    "warn": "A night would load these, but look at them",
}


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        severity: What a night would do about it.
        text: What is wrong, where, how often, and what to do.
    """

    severity: Severity
    text: str


@dataclass
class Report:
    """What the doctor found, in the order in which it is printed."""

    title: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def add_fact(self, name: str, *lines: str) -> None:
        """Something that is so; further lines stand below the first."""
        self.facts += [(name if number == 0 else "", line) for number, line in enumerate(lines)]

    def add_problem(self, severity: Severity, text: str) -> None:
        """Something that is wrong."""
        self.problems.append(Problem(severity, text))

    @property
    def exit_code(self) -> int:
        """0 if a night would take in everything, 2 if the settings are wrong, else 1."""
        severities = {problem.severity for problem in self.problems}
        if "settings" in severities:
            return 2
        return 1 if severities - {"warn"} else 0

    def __str__(self) -> str:
        lines = [self.title, ""]
        lines += [f"  {name:<10} {text}".rstrip() for name, text in self.facts]
        number = 0
        for severity, heading in HEADINGS.items():
            texts = [problem.text for problem in self.problems if problem.severity == severity]
            if texts:
                lines += ["", f"{heading} ({len(texts)}):"]
            for text in texts:
                number += 1
                first, *others = text.splitlines()
                lines += [f"  {number}. {first}", *(f"     {line}" for line in others)]
        lines += ["", self._total()]
        return "\n".join(lines)

    def _total(self) -> str:
        """What it comes to, in a line."""
        to_look_at = sum(problem.severity == "warn" for problem in self.problems)
        problems = len(self.problems) - to_look_at
        if not self.problems:
            return "No problem was found."
        first = {0: "A night would take in everything", 1: "1 problem"}.get(problems, f"{problems:,} problems")
        words = [first, *([f"{to_look_at:,} thing{'s' if to_look_at > 1 else ''} to look at"] if to_look_at else [])]
        return f"{', '.join(words)}."
