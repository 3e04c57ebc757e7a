"""Random draws of the numbers in tables 二, 三 and 四, so that the form's identities hold.

Owns how a number is found from seed, county and year. A draw depends on its source
alone, never on what was drawn before, so that each year can be made without the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

APPLICANTS = ("natural_person", "business", "research_institution", "social_organisation", "legal_service", "other")
RESULTS = ("upheld", "corrected", "other", "pending")
CHANNELS = ("reconsideration", "litigation_direct", "litigation_after_reconsideration")
COMMON_OUTCOMES = (
    "granted",
    "granted_in_part",
    "refused.state_secret",
    "refused.forbidden_by_law",
    "refused.three_securities_one_stability",
    "refused.third_party_rights",
    "refused.internal_affairs",
    "refused.process_information",
    "refused.enforcement_file",
    "refused.administrative_query",
    "unavailable.not_held",
    "unavailable.must_be_created",
    "unavailable.unclear_after_correction",
    "not_processed.petition",
    "not_processed.repeat",
    "not_processed.publication",
    "not_processed.excessive",
    "not_processed.confirm_or_reissue",
)
OUTCOMES_60 = (*COMMON_OUTCOMES, "other")
OUTCOMES_30 = (*COMMON_OUTCOMES, "other.not_corrected_in_time", "other.fee_unpaid", "other.other")
FREQUENT_OUTCOMES = ("granted", "granted_in_part", "unavailable.not_held")

FIRST_YEAR = 2014
STOCKED_ITEMS = {"licence": 300, "other_service": 900, "penalty": 1500, "coercion": 200, "fee": 60}
"""Items whose number of the year before is printed, with the least number in the first year."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the numbers of one county and year come from."""

    seed: int
    county: str
    year: int

    def random(self, purpose: str) -> Random:
        """Return a fresh generator for one purpose; the same purpose gives the same numbers."""
        return Random(f"{self.seed}/{self.county}/{self.year}/{purpose}")

    def before(self) -> Source:
        """Return the source of the same county one year earlier."""
        return Source(self.seed, self.county, self.year - 1)


def split(generator: Random, total: int, parts: Sequence[str], frequent: Sequence[str] = ()) -> dict[str, int]:
    """Share a total out among parts at random; the frequent parts get eight times as much as the others.

    >>> sum(split(Random(1), 40, ("a", "b", "c"), ("a",)).values())
    40
    """
    weights = [8 if part in frequent else 1 for part in parts]
    shares = dict.fromkeys(parts, 0)
    for part in generator.choices(parts, weights, k=total):
        shares[part] += 1
    return shares


def draw_carried_out(source: Source) -> dict[str, int]:
    """Draw the requests open at the end of the year, by applicant: the next year's carried_in."""
    generator = source.random("carried_out")
    open_requests = dict.fromkeys(APPLICANTS, 0)
    return open_requests | {"natural_person": generator.randint(0, 9), "business": generator.randint(0, 2)}


def draw_requests(source: Source, outcomes: Sequence[str]) -> dict[tuple[str, str], str]:
    """Table 三 with its totals, for the result rows of the edition."""
    generator = source.random("requests")
    carried_in, carried_out = draw_carried_out(source.before()), draw_carried_out(source)
    counts: dict[tuple[str, str], int] = {}
    for applicant in APPLICANTS:
        fresh = generator.randint(18, 160) if applicant == "natural_person" else generator.randint(0, 6)
        received = carried_out[applicant] + fresh
        handled = received + carried_in[applicant] - carried_out[applicant]
        results = split(generator, handled, outcomes, FREQUENT_OUTCOMES)
        column = {"received": received, "carried_in": carried_in[applicant], **results}
        column |= {"total": handled, "carried_out": carried_out[applicant]}
        counts |= {(outcome, applicant): count for outcome, count in column.items()}
    for outcome in ("received", "carried_in", *outcomes, "total", "carried_out"):
        counts[outcome, "total"] = sum(counts[outcome, applicant] for applicant in APPLICANTS)
    return {key: str(count) for key, count in counts.items()}


def draw_proceedings(source: Source) -> dict[tuple[str, str], str]:
    """Table 四: three blocks of four results and their total."""
    generator = source.random("proceedings")
    figures: dict[tuple[str, str], str] = {}
    for channel in CHANNELS:
        counts = {result: generator.randint(0, 6) for result in RESULTS}
        figures |= {(channel, result): str(count) for result, count in counts.items()}
        figures[channel, "total"] = str(sum(counts.values()))
    return figures


def draw_issued(source: Source) -> tuple[int, int]:
    """Normative documents issued and repealed in the year."""
    generator = source.random("issued")
    return generator.randint(3, 12), generator.randint(0, 3)


def draw_in_force(source: Source) -> int:
    """Normative documents in force at the end of the year: those of the first year, and what was added since."""
    if source.year < FIRST_YEAR:
        return source.random("stock").randint(40, 120)
    issued, repealed = draw_issued(source)
    return draw_in_force(source.before()) + issued - repealed


def draw_change(source: Source, item: str) -> int:
    """By how much the number of items grew or shrank in the year."""
    widest = 1 if item == "fee" else 12
    return source.random(f"change/{item}").randint(-widest, widest)


def draw_items(source: Source, item: str) -> int:
    """Draw the number of items at the end of the year."""
    if source.year < FIRST_YEAR:
        least = STOCKED_ITEMS[item]
        return source.random(f"items/{item}").randint(least, 2 * least)
    return draw_items(source.before(), item) + draw_change(source, item)


def print_change(change: int, generator: Random) -> str:
    """Print a change in one of the forms that offices use.

    >>> print_change(0, Random(1)), print_change(-2, Random(1)) in ("-2", "减2")
    ('0', True)
    """
    if change == 0:
        return "0"
    return generator.choice(("+", "增") if change > 0 else ("-", "减")) + str(abs(change))


def draw_disclosures_60(source: Source) -> dict[tuple[str, str, str], str]:
    """Table 二 of 60号: items of article 20 (1), (5), (6), (8) and (9)."""
    generator = source.random("disclosures")
    issued, _ = draw_issued(source)
    figures = {("20(1)", "regulation", measure): "0" for measure in ("made", "disclosed", "disclosed_total")}
    figures["20(1)", "normative_document", "made"] = str(issued)
    figures["20(1)", "normative_document", "disclosed"] = str(issued - generator.randint(0, 2))
    figures["20(1)", "normative_document", "disclosed_total"] = str(draw_in_force(source))
    articles = {"licence": "20(5)", "other_service": "20(5)", "penalty": "20(6)", "coercion": "20(6)", "fee": "20(8)"}
    for item, article in articles.items():
        figures[article, item, "items_last_year"] = str(draw_items(source.before(), item))
        figures[article, item, "change"] = print_change(draw_change(source, item), generator)
        if item != "fee":
            figures[article, item, "decisions"] = str(generator.randint(20, 60000))
    figures["20(9)", "procurement", "procurement_count"] = str(generator.randint(20, 900))
    figures["20(9)", "procurement", "procurement_amount"] = f"{generator.randint(10_000, 4_999_999) / 100:.2f}万元"
    return figures


def draw_disclosures_30(source: Source) -> dict[tuple[str, str, str], str]:
    """Table 二 of 30号: items of article 20 (1), (5), (6) and (8)."""
    generator = source.random("disclosures")
    issued, repealed = draw_issued(source)
    figures = {("20(1)", "regulation", measure): "0" for measure in ("issued", "repealed", "in_force")}
    figures["20(1)", "normative_document", "issued"] = str(issued)
    figures["20(1)", "normative_document", "repealed"] = str(repealed)
    figures["20(1)", "normative_document", "in_force"] = str(draw_in_force(source))
    figures["20(5)", "licence", "decisions"] = str(generator.randint(500, 60000))
    figures["20(6)", "penalty", "decisions"] = str(generator.randint(100, 9000))
    figures["20(6)", "coercion", "decisions"] = str(generator.randint(0, 400))
    figures["20(8)", "fee", "fee_amount"] = f"{generator.randint(1_000, 999_999) / 100:.2f}"
    return figures


def draw_told(source: Source) -> dict[str, str]:
    """Numbers that stand in prose alone: items published, trainings held and people trained."""
    generator = source.random("told")
    return {
        "items_published": str(generator.randint(1500, 9800)),
        "items_on_website": str(generator.randint(800, 1400)),
        "interpretations": str(generator.randint(12, 90)),
        "trainings": str(generator.randint(2, 9)),
        "people_trained": str(generator.randint(60, 480)),
    }
