"""Everything that the rules know, loaded once and refused as a whole if any part is broken."""

from __future__ import annotations

import gc
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from rules.agencies import Agencies
from rules.agency_file import load_agencies
from rules.agreements import Agreements, load_agreements
from rules.cue_files import load_cues
from rules.cues import Cue, CueMatcher
from rules.decide import CompiledRules
from rules.errors import RuleFileError
from rules.escalation import Escalation, load_escalation
from rules.lists import category_key, data_version, load_lapor_topics, load_topics
from rules.places import Gazetteer
from rules.reader import Reader
from rules.regions import Regions, load_aliases, load_ordinary, load_regions
from rules.regulations import Regulations, load_regulations
from rules.tables import Table, load_table, with_rows
from rules.vocabulary import CATEGORIES, Vocabulary
from rules.workdays import WorkCalendar, load_calendar

DATA = Path(__file__).parent / "data"
# Flags come before the review, which may name them.
TABLES = ("category", "routing", "oversight", "flags", "review")


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """All rules of one folder.

    Attributes
    ----------
    folder : Path
        Where they come from.
    version : str
        First 12 hex digits of the SHA-256 over the data files.
    topics : mapping of str to str
        Label by code.
    regions, agencies, regulations, calendar
        What the tables refer to.
    agreements, escalation
        What single bodies have agreed to, and who is told once a deadline has passed.
    cues : tuple of Cue
        Phrases of the citizens.
    tables : mapping of str to Table
        Decision tables by name.
    lapor_topics : mapping of str to str
        Topic by LAPOR! category in capitals.
    reader : Reader
        Finds cues and places in a text.
    vocabulary : Vocabulary
        The codes that tables may use.
    bounds : tuple of date
        Days on which any row begins or ends, in order.
    """

    folder: Path
    version: str
    topics: Mapping[str, str]
    regions: Regions
    agencies: Agencies
    regulations: Regulations
    calendar: WorkCalendar
    agreements: Agreements
    escalation: Escalation
    cues: tuple[Cue, ...]
    tables: Mapping[str, Table]
    lapor_topics: Mapping[str, str]
    reader: Reader
    vocabulary: Vocabulary
    bounds: tuple[date, ...] = field(init=False)
    _compiled: dict[int, CompiledRules] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        rows = [row for table in self.tables.values() for row in table.rows]
        ends = {row.valid_until for row in rows if row.valid_until is not None}
        object.__setattr__(self, "bounds", tuple(sorted(ends | {row.valid_from for row in rows})))
        object.__setattr__(self, "_compiled", {})

    @property
    def gazetteer(self) -> Gazetteer:
        """Finds places."""
        return self.reader.gazetteer

    def on(self, day: date) -> CompiledRules:
        """Return the tables as they are in force on a day; made once per period."""
        period = bisect_right(self.bounds, day)
        compiled = self._compiled.get(period)
        if compiled is None:
            compiled = CompiledRules(
                {
                    name: (table, [row for row in table.rows if row.is_in_force(day)])
                    for name, table in self.tables.items()
                },
                topics=self.topics,
                agencies=self.agencies,
                cues=self.cues,
            )
            self._compiled[period] = compiled
        return compiled

    def with_table(self, table: Table) -> RuleSet:
        """Return the same rules with one table in the place of the one of its name."""
        return replace(self, tables={**self.tables, table.name: table})

    def topic_of(self, lapor_category: str | None) -> str | None:
        """Return the topic of a LAPOR! category; None if it tells none.

        A path such as ``KESEHATAN > LAYANAN AMBULAN`` is read from its narrowest part.
        """
        for part in reversed((lapor_category or "").split(">")):
            topic = self.lapor_topics.get(category_key(part))
            if topic is not None:
                return topic
        return None


def load_ruleset(folder: Path | None = None, *, lint: bool = True) -> RuleSet:
    """Return the rules of a folder.

    Parameters
    ----------
    folder : Path, optional
        The data; by default those that come with the package.
    lint : bool, default=True
        Whether contradictions and gaps stop it too, as they must before anything is decided.

    Raises
    ------
    RuleFileError
        If any file is broken, naming file and line.
    """
    folder = folder or DATA
    try:
        with _keeping_everything():
            return _load(folder, lint=lint)
    except OSError as error:
        path = Path(error.filename or folder)
        raise RuleFileError(path, 0, f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise RuleFileError(folder, 0, "expected files in UTF-8, got other bytes") from error


@contextmanager
def _keeping_everything() -> Iterator[None]:
    """Spare the search for garbage while all that is made is kept: a third of the loading time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _load(folder: Path, *, lint: bool) -> RuleSet:
    regions = load_regions(folder / "regions")
    aliases = load_aliases(folder / "regions" / "aliases.csv", regions)
    ordinary = load_ordinary(folder / "regions" / "ordinary.csv")
    agencies = load_agencies(folder / "agencies.csv", regions, aliases)
    regulations = load_regulations(folder / "regulations")
    topics = load_topics(folder / "topics.yaml")
    cues = load_cues(folder, frozenset(topics))
    vocabulary = Vocabulary(
        topics=frozenset(topics),
        cues=frozenset(cue.code for cue in cues),
        agencies=frozenset(agency.code for agency in agencies),
        regions=frozenset(region.code for region in regions if region.kind != "district"),
        categories=frozenset(CATEGORIES).union(*(p.classes for p in regulations.profiles)),
    )
    tables, vocabulary = _load_tables(folder, vocabulary)
    for profile in regulations.profiles:
        if profile.rows:
            period = profile.valid_from, profile.valid_until
            own = replace(vocabulary, categories=frozenset(profile.classes))
            tables["category"] = with_rows(tables["category"], profile.rows, period, own)
    ruleset = RuleSet(
        folder=folder,
        version=data_version(folder),
        topics=topics,
        regions=regions,
        agencies=agencies,
        regulations=regulations,
        calendar=load_calendar(folder / "calendar", regions=vocabulary.regions),
        agreements=load_agreements(
            folder / "agreements.yaml",
            regulations=regulations,
            agencies=vocabulary.agencies,
            topics=vocabulary.topics,
        ),
        escalation=load_escalation(folder / "escalation.yaml"),
        cues=cues,
        tables=tables,
        lapor_topics=load_lapor_topics(folder / "lapor_categories.yaml", frozenset(topics)),
        reader=Reader(CueMatcher(cues), Gazetteer(regions, aliases, ordinary)),
        vocabulary=vocabulary,
    )
    if lint:
        _refuse_errors(ruleset)
    return ruleset


def _refuse_errors(ruleset: RuleSet) -> None:
    from rules.lint import lint  # lint reads the finished rule set

    # The lock is a matter between releases; a desk may run a draft.
    for finding in lint(ruleset, lock=False):
        if finding.severity == "error":
            raise RuleFileError(finding.file, finding.line, finding.message)


def _load_tables(folder: Path, vocabulary: Vocabulary) -> tuple[dict[str, Table], Vocabulary]:
    tables: dict[str, Table] = {}
    for name in TABLES:
        path = folder / f"{name}.yaml"
        table = load_table(path, vocabulary)
        if table.name != name:
            problem = f"expected table {name!r}, as the file is named, got {table.name!r}"
            raise RuleFileError(path, 1, problem)
        tables[name] = table
        if name == "flags":
            details = {(row.then["flag"], row.then.get("detail")) for row in table.rows}
            vocabulary = vocabulary.with_flags(frozenset(f"{code}:{d}" for code, d in details if d))
    return tables, vocabulary
