"""Help is made for its page, in the words of its own buttons, and never has a code read out beside the PIN's secret."""

import re

import pytest

from kiosk.counter.presenting import help as helping
from kiosk.counter.presenting.presenters import present
from kiosk.demo.samples import samples

SAMPLES = samples()


def told(name: str, language: str) -> list[str]:
    return [line["text"] for line in present(SAMPLES[name], language)["helpLines"]]


@pytest.mark.parametrize("language", ["el", "en"])
@pytest.mark.parametrize("name", SAMPLES)
def test_a_few_sentences_with_the_words_of_the_buttons(name: str, language: str) -> None:
    shown, lines = present(SAMPLES[name], language), told(name, language)
    assert 1 <= len(lines) <= 5
    assert all(len(sentence.split()) <= 24 for line in lines for sentence in re.split(r"(?<=[.·;]) ", line))
    said = " ".join(lines)
    footer = shown["footer"]
    quoted = "«{}»" if language == "el" else "“{}”"
    assert (quoted.format(footer["primary"]) in said) or not footer["primary"]
    assert bool(footer["cancel"]) == (quoted.format("Ακύρωση" if language == "el" else "Cancel") in said)


@pytest.mark.parametrize("name", SAMPLES)
def test_no_code_is_to_be_read_out_where_the_pin_is_to_be_kept(name: str) -> None:
    said = " ".join(told(name, "el"))
    assert not re.search(r"[Ππ]είτε (?:τους )?τον κωδικό (?!PIN σε κανέναν)", said)
    assert "μηνύματος" not in said


def test_the_pages_differ() -> None:
    pages = {name: tuple(told(name, "el")[:1]) for name in ("attract", "pin", "menu", "category", "ballot", "review",
                                                            "vote-done", "certificate", "problem", "take-card",
                                                            "lost-card", "closed", "working")}  # fmt: skip
    assert len(set(pages.values())) == len(pages)


def test_a_page_that_nobody_wrote_help_for_still_says_its_ways() -> None:
    shown = present(SAMPLES["review"], "en") | {"screen": "Unheard", "pageHelp": []}
    lines = helping.help_lines(shown, lambda text: text)
    assert len(lines) == 4 and "Confirm and vote" in lines[1]["text"]
