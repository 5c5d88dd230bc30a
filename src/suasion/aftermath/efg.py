r"""Games in `.efg` files, the extensive-form format of the game-theory ecosystem.

The format is that of the file-format chapter of the Gambit manual: a prologue `EFG 2 R`,
title, players and comment, then the nodes in prefix order, `c` of chance, `p` of a
player, `t` terminal. White space and commas outside quotes mean nothing, `\"` is a quote
inside quotes. The text of an information set or outcome may be left out the second time.
An outcome at a node that is not terminal is added to what follows.

What the format has no place for is left out when written: ranges (modes are written),
rungs, notes and the precision.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import NoReturn

from suasion.aftermath.game import Action, Aftermath, End, Move
from suasion.aftermath.tree import Tree
from suasion.aftermath.validity import problems
from suasion.problem import CaseError, Problem
from suasion.tablefile import read_text
from suasion.textfile import write_text
from suasion.uncertain import Uncertain

__all__ = ["parse", "read", "text_of", "write"]

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}]|[^\s,{}"]+', re.DOTALL)
# Longer numbers, or larger exponents, are no payoffs but attempts on the memory.
_NUMBER = re.compile(
    r"[+-]?(?:\d{1,400}/\d{1,400}|(?:\d{1,400}\.?\d{0,400}|\.\d{1,400})(?:[eE][+-]?\d{1,3})?)"
)


def read(path: str | os.PathLike[str]) -> Aftermath:
    """Read a game from an `.efg` file.

    Raises
    ------
    CaseError
        If it cannot be read, or is not a game; the message names the line.
    """
    file = Path(path)
    return parse(read_text(file), file.name)


def write(game: Aftermath, path: str | os.PathLike[str], title: str = "") -> Path:
    """Write a game to an `.efg` file, whole or not at all."""
    return write_text(Path(path), text_of(game, title))


def parse(text: str, file: str = "game.efg") -> Aftermath:
    r"""Read a game from the text of an `.efg` file.

    Raises
    ------
    CaseError
        If it is not a game; the message names the line.

    Examples
    --------
    >>> game = parse('''EFG 2 R "Entry" { "A" "B" }
    ... p "" 1 1 "" { "Stay" "Go" } 0
    ... t "" 1 "quiet" { 0, 1/2 }
    ... t "" 2 "fight" { -1 -.5 }''')
    >>> game.players, str(game.outcome("quiet").payoffs["B"])
    (('A', 'B'), '0.5')
    """
    reader = _Reader(text, file)
    game = reader.game()
    found = problems(game, file)
    if found:
        raise CaseError(found)
    return game


# --- reading -----------------------------------------------------------------------


@dataclass
class _Open:
    """A node whose actions do not all have their branch yet."""

    place: int
    id: str
    name: str
    actor: str | None
    key: tuple[int, int]
    actions: list[str]
    probabilities: list[Fraction]
    taken: list[Action] = field(default_factory=list)


class _Reader:
    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.text = text.removeprefix("\ufeff")
        self.tokens = list(_TOKEN.finditer(self.text))
        between = _TOKEN.sub(lambda token: " " * len(token[0]), self.text)
        if '"' in between:
            start = between.index('"')
            self.tokens = [token for token in self.tokens if token.start() < start]
            rule = "a text in quotes does not end"
            self.fail(len(self.tokens) - 1, rule, "close the quotes that open here")
        self.at = 0
        self.players: list[str] = []
        self.moves: list[Move | None] = []
        self.sets: dict[tuple[int, int], tuple[str, list[str], list[Fraction]]] = {}
        self.outcomes: dict[int, tuple[str, list[Fraction]]] = {}
        self.ends: dict[int, End] = {}
        self.ids: set[str] = set()

    def fail(self, at: int, rule: str, cure: str, found: str | None = None) -> NoReturn:
        if at < len(self.tokens):
            start = self.tokens[at].start()
            found = self.tokens[at][0] if found is None else found
        else:
            start = len(self.text)
        line = self.text.count("\n", 0, start) + 1
        problem = Problem(
            file=self.file, place=f"line {line}", found=found, rule=rule, cure=cure
        )
        raise CaseError([problem])

    def peek(self) -> str:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else ""

    def take(self, what: str) -> str:
        if self.at >= len(self.tokens):
            rule = f"the file ends where {what} is needed"
            self.fail(self.at, rule, "complete it, or save it again from its program")
        self.at += 1
        return self.tokens[self.at - 1][0]

    def quoted(self, what: str) -> str:
        token = self.take(what)
        if not (len(token) > 1 and token[0] == token[-1] == '"'):
            self.fail(self.at - 1, f"{what} is needed here", "put it in double quotes")
        return re.sub(r"\\(.)", r"\1", token[1:-1], flags=re.DOTALL).strip()

    def count(self, what: str, least: int) -> int:
        token = self.take(what)
        if not re.fullmatch(r"\d{1,9}", token) or int(token) < least:
            rule = f"{what} is needed here, a whole number of at least {least}"
            self.fail(self.at - 1, rule, "correct it")
        return int(token)

    def number(self, what: str) -> Fraction:
        token = self.take(what)
        if not _NUMBER.fullmatch(token) or re.fullmatch(r".*/0+", token):
            rule = f"{what} is needed here, such as 1.5, -2 or 1/3"
            self.fail(self.at - 1, rule, "correct it")
        value = Fraction(token)
        if abs(value) > 10**100:
            self.fail(self.at - 1, f"{what} is at most 1e100", "change the unit")
        return value

    def braces(self, item: Callable[[], object]) -> None:
        if self.take("a list in braces") != "{":
            self.fail(self.at - 1, "a list in braces is needed here", "begin it with {")
        while self.peek() != "}":
            item()
        self.at += 1

    def game(self) -> Aftermath:
        head = [self.take("EFG 2 R") for _ in range(3)]
        if head[:2] != ["EFG", "2"] or head[2] not in ("R", "D"):
            rule = "an extensive game begins with EFG 2 R"
            self.fail(0, rule, "give an .efg file of version 2", " ".join(head))
        title = self.quoted("the title of the game")
        names: list[str] = []
        self.braces(lambda: names.append(self.quoted("the name of a player")))
        if not names:
            self.fail(self.at - 1, "a game has at least one player", "name the players")
        self.players = _distinct(names, "Player {}")
        comment = self.quoted("a comment") if self.peek().startswith('"') else ""
        summary = ": ".join(part for part in (title, comment) if part)
        self.body()
        self.moves = [self.labelled(move) for move in self.moves if move is not None]
        if self.at < len(self.tokens):
            rule = "every branch of the tree has ended before this"
            self.fail(self.at, rule, "remove what follows, or add the action it is for")
        return Aftermath(
            summary=summary,
            moves=tuple(move for move in self.moves if move is not None),
            outcomes=tuple(self.ends.values()),
        )

    def body(self) -> None:
        nodes: list[_Open] = []
        while True:
            opened, to, added = self.node(root=not nodes)
            if not nodes:
                start = added  # at the root: on every branch the same
            else:
                last = nodes[-1]
                k = len(last.taken)
                chance = last.actor is None
                if len(nodes) == 1 and any(start):
                    added = [x + y for x, y in zip(added, start, strict=True)]
                last.taken.append(
                    Action(
                        name=last.actions[k],
                        to=to,
                        probability=float(last.probabilities[k]) if chance else None,
                        payoffs=self.paid(added) if any(added) else {},
                    )
                )
            if opened is not None:
                nodes.append(opened)
            while nodes and len(nodes[-1].taken) == len(nodes[-1].actions):
                done = nodes.pop()
                self.moves[done.place] = Move(
                    id=done.id,
                    name=done.name,
                    actor=done.actor,
                    information=str(done.key[1]) if done.key[0] else "",
                    actions=tuple(done.taken),
                )
            if not nodes:
                break

    def node(self, root: bool) -> tuple[_Open | None, str, list[Fraction]]:
        """Read a node: what is open at it, its id, and what reaching it adds."""
        nothing = [Fraction(0)] * len(self.players)
        kind = self.take("a node")
        if kind not in ("c", "p", "t"):
            self.fail(self.at - 1, "a node begins with c, p or t", "correct it")
        where = self.at - 1
        name = self.quoted("the name of the node")
        if kind == "t":
            if root:
                self.fail(where, "a game has at least one move", "add one")
            return None, self.leaf(name), nothing
        player = self.count("the number of a player", 1) if kind == "p" else 0
        if player > len(self.players):
            rule = f"the file names {len(self.players)} players"
            self.fail(self.at - 1, rule, "correct the number, or name the player")
        number = self.count("the number of an information set", 1)
        _, actions, chances = self.information((player, number))
        outcome = self.count("the number of an outcome", 0)
        payoffs = self.outcome(outcome)[1] if outcome else nothing
        opened = _Open(
            place=len(self.moves),
            id=self.fresh(name, f"node {len(self.ids) + 1}"),
            name=name,
            actor=self.players[player - 1] if player else None,
            key=(player, number),
            actions=actions,
            probabilities=chances,
        )
        self.moves.append(None)
        return opened, opened.id, payoffs

    def information(
        self, key: tuple[int, int]
    ) -> tuple[str, list[str], list[Fraction]]:
        if not self.peek().startswith('"') and key in self.sets:
            return self.sets[key]
        where = self.at
        label = self.quoted("the name of an information set")
        names: list[str] = []
        chances: list[Fraction] = []

        def action() -> None:
            names.append(self.quoted("the name of an action"))
            if key[0] == 0:
                chances.append(self.number("a probability"))

        self.braces(action)
        if not names:
            self.fail(where, "an information set has at least one action", "name it")
        said = (label, _distinct(names, "action {}"), chances)
        if key in self.sets and self.sets[key][1:] != said[1:]:
            rule = "this information set has other actions where it is named first"
            self.fail(where, rule, "give it the same, or a number of its own", label)
        return self.sets.setdefault(key, said)

    def outcome(self, number: int) -> tuple[str, list[Fraction]]:
        if not self.peek().startswith('"') and self.peek() != "{":
            if number not in self.outcomes:
                rule = f"outcome {number} has its payoffs where it is named first"
                self.fail(self.at, rule, "add a name and payoffs in braces")
            return self.outcomes[number]
        where = self.at
        label = self.quoted("the name of an outcome") if self.peek() != "{" else ""
        payoffs: list[Fraction] = []
        self.braces(lambda: payoffs.append(self.number("a payoff")))
        if len(payoffs) != len(self.players):
            rule = f"there are {len(self.players)} players and {len(payoffs)} payoffs"
            self.fail(where, rule, "give one payoff for each player", label)
        if number in self.outcomes and self.outcomes[number][1] != payoffs:
            rule = f"outcome {number} has other payoffs where it is named first"
            self.fail(where, rule, "give it the same, or a number of its own", label)
        return self.outcomes.setdefault(number, (label, payoffs))

    def labelled(self, move: Move) -> Move:
        """Give the information set the file's label, if no other of the player has it."""
        if move.actor is None:
            return move
        player = self.players.index(move.actor) + 1
        label = self.sets[player, int(move.information)][0]
        same = [
            k for k, (text, *_) in self.sets.items() if k[0] == player and text == label
        ]
        if not label or len(same) > 1:
            label = f"{label} {move.information}".strip()
        return move.model_copy(update={"information": label})

    def leaf(self, name: str) -> str:
        number = self.count("the number of an outcome", 0)
        label, payoffs = ("", [Fraction(0)] * len(self.players))
        if number:
            label, payoffs = self.outcome(number)
        if number not in self.ends:
            fresh = self.fresh(label, f"outcome {number}")
            self.ends[number] = End(
                id=fresh, name=label or name or fresh, payoffs=self.paid(payoffs)
            )
        return self.ends[number].id

    def paid(self, payoffs: list[Fraction]) -> dict[str, Uncertain]:
        numbers = map(Uncertain.parse, map(float, payoffs))
        return dict(zip(self.players, numbers, strict=True))

    def fresh(self, wanted: str, otherwise: str) -> str:
        new = wanted if wanted and wanted not in self.ids else otherwise
        while new in self.ids:
            new += "'"
        self.ids.add(new)
        return new


def _distinct(names: Iterable[str], pattern: str) -> list[str]:
    taken: list[str] = []
    for number, name in enumerate(names, 1):
        new = name if name and name not in taken else pattern.format(number)
        while new in taken:
            new += "'"
        taken.append(new)
    return taken


# --- writing -----------------------------------------------------------------------


def text_of(game: Aftermath, title: str = "") -> str:
    """Return a valid game as the text of an `.efg` file.

    Payoffs that actions add are written as outcomes at the moves they lead to; at a leaf
    they are added to its outcome.

    Examples
    --------
    >>> game = parse('EFG 2 R "g" {"A"} p "" 1 1 "" {"l" "r"} 0 t "" 1 "x" {1} t "" 1')
    >>> print(text_of(game, "again"))
    EFG 2 R "again" { "A" }
    "g"
    <BLANKLINE>
    p "node 1" 1 1 "1" { "l" "r" } 0
    t "" 1 "x" { 1 }
    t "" 1 "x" { 1 }
    <BLANKLINE>
    """
    tree = Tree(game)
    numbers: dict[tuple[object, ...], int] = {}
    sets: dict[int, int] = {}
    counts = [0] * len(tree.players)
    chances = 0
    players = " ".join(map(_quote, tree.players))
    lines = [f"EFG 2 R {_quote(title)} {{ {players} }}", _quote(game.summary), ""]

    def outcome(name: str, key: tuple[object, ...], payoffs: list[Fraction]) -> str:
        number = numbers.setdefault((*key, *payoffs), len(numbers) + 1)
        said = ", ".join(_decimal(value) for value in payoffs)
        return f"{number} {_quote(name)} {{ {said} }}"

    stack: list[tuple[int, Action | None]] = [(0, None)]
    while stack:
        place, by = stack.pop()
        added = [_exact(by.payoffs.get(p)) if by else Fraction(0) for p in tree.players]
        if place < 0:
            end = game.outcomes[tree.leaves[~place].outcome]
            paid = [
                _exact(end.payoffs[player]) + more
                for player, more in zip(tree.players, added, strict=True)
            ]
            lines.append(f't "" {outcome(end.name or end.id, ("end", end.id), paid)}')
            continue
        node = tree.nodes[place]
        move = node.move
        here = outcome("", (), added) if any(added) else "0"
        if node.player < 0:
            chances += 1
            said = " ".join(
                f"{_quote(action.name)} {share}"
                for action, share in zip(move.actions, _shares(move), strict=True)
            )
            lines.append(f'c {_quote(move.id)} {chances} "" {{ {said} }} {here}')
        else:
            if node.set not in sets:
                counts[node.player] += 1
                sets[node.set] = counts[node.player]
            said = " ".join(_quote(action.name) for action in move.actions)
            label = _quote(tree.sets[node.set].name)
            which = f"{node.player + 1} {sets[node.set]}"
            lines.append(f"p {_quote(move.id)} {which} {label} {{ {said} }} {here}")
        stack += reversed(list(zip(node.children, move.actions, strict=True)))
    return "\n".join(lines) + "\n"


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _exact(number: Uncertain | None) -> Fraction:
    """Return the decimal that was written for the mode, not the nearest binary."""
    return Fraction(repr(number.mode)) if number is not None else Fraction(0)


def _shares(move: Move) -> list[Fraction]:
    """Return probabilities that sum to one exactly, thirds as thirds."""
    shares = []
    for action in move.actions:
        share = _exact(action.probability)
        near = share.limit_denominator(1000)
        shares.append(near if abs(near - share) < Fraction(1, 10**12) else share)
    return [share / sum(shares) for share in shares]


def _decimal(value: Fraction) -> str:
    return repr(float(value)).removesuffix(".0")
