"""A crest draws, and nothing else: what is left out, what is refused and how it is said, at each limit."""

import re

import pytest

from municipality.town.crest import DEEPEST, MOST_BYTES, MOST_ELEMENTS, CrestRefused, Why, clean

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="{}">'


def drawing(inside: str = "", box: str = "0 0 100 120") -> str:
    return f"{HEAD.format(box)}{inside}</svg>"


BODY = '<path d="M0 0L10 10z"></path>'


def test_what_draws_stays() -> None:
    whole = drawing(
        '<defs><linearGradient id="a"><stop offset="0" stop-color="#fff"></stop></linearGradient>'
        '<radialGradient cx="5" id="b" xlink:href="#a"></radialGradient></defs>'
        f'<g transform="rotate(10, 5 5)">{BODY}<circle cx="1" cy="2" fill="url(#b)" r="3"></circle></g>'
    )
    assert clean(whole) == whole


def test_what_draws_nothing_is_left_out() -> None:
    notes = (
        "<title>Ο Δήμος</title><!-- made by --><metadata><work xmlns='http://purl.org/'><b/></work></metadata>"
        "<sodipodi:view xmlns:sodipodi='http://sodipodi.example' sodipodi:at='1'><path d='M9 9'/></sodipodi:view>text"
    )
    marked = BODY.replace("<path", "<path id='p1' class='x' aria-label='n' xml:space='preserve'")
    size = HEAD.format("0 0 100 120").replace("<svg ", "<svg width='21mm' height='29.7mm' version='1.1' ")
    assert clean(f"<?xml version='1.0' encoding='UTF-8'?>{size}{notes}{marked}</svg>") == drawing(BODY)


def test_a_style_of_one_element_becomes_attributes() -> None:
    styled = '<path d="M0 0" style="fill:#0a5c57; stroke : none!important;-inkscape-font:x;font-size:3px"/>'
    assert clean(drawing(styled)) == drawing('<path d="M0 0" fill="#0a5c57" stroke="none"></path>')


def test_cleaning_again_changes_nothing() -> None:
    once = clean(drawing('<rect width="3" height="4" style="fill:URL( \'#a\' )"/><linearGradient id="a"/>'))
    assert clean(once) == once == clean(once.encode())


@pytest.mark.parametrize(
    ("why", "inside"),
    [
        (Why.SCRIPT, "<script>x()</script>"),
        (Why.SCRIPT, "<metadata><script/></metadata>"),
        (Why.SCRIPT, '<path onload="x()"/>'),
        (Why.SCRIPT, '<path ONCLICK="x()"/>'),
        (Why.SCRIPT, '<path d="M0"><set attributeName="d"/></path>'),
        (Why.STYLE_SHEET, "<style>@import url(http://example.org/a.css);</style>"),
        (Why.OUTSIDE, "<foreignObject><p/></foreignObject>"),
        (Why.OUTSIDE, '<image xlink:href="data:image/png;base64,AAAA"/>'),
        (Why.OUTSIDE, '<linearGradient id="a" xlink:href="http://example.org/a.svg#a"/>'),
        (Why.OUTSIDE, '<path fill="url(http://example.org/a.svg#a)"/>'),
        (Why.OUTSIDE, '<path style="fill:url(//example.org)"/>'),
        (Why.OUTSIDE, '<path fill="url(#a) url(http://example.org)"/>'),
        (Why.OUTSIDE, '<path fill="URL(crest.svg)"/>'),
        (Why.OUTSIDE, '<path style="stroke:Url(crest.svg)"/>'),
        (Why.OUTSIDE, '<path fill="none url(crest.svg)"/>'),
        (Why.UNKNOWN_PART, '<use xlink:href="#a"/>'),
        (Why.UNKNOWN_PART, "<text>Δήμος</text>"),
        (Why.UNKNOWN_PART, "<animate/>"),
        (Why.UNKNOWN_PART, '<svg viewBox="0 0 1 1"/>'),
        (Why.UNKNOWN_PART, '<path clip-path="url(#c)"/>'),
        (Why.UNKNOWN_PART, '<path style="filter:url(#f)"/>'),
        (Why.UNKNOWN_PART, '<path stroke-dasharray="0.0001"/>'),
        (Why.REFERENCE, '<path fill="url(#nowhere)"/>'),
        (Why.REFERENCE, '<linearGradient id="a" xlink:href="#a"/>'),
        (Why.REFERENCE, '<linearGradient id="a" href="#b"/><linearGradient id="b" href="#a"/>'),
        (Why.REFERENCE, '<path href="#a"/><linearGradient id="a"/>'),
        (Why.REFERENCE, '<linearGradient id="a b"/>'),
        (Why.NUMBERS, '<path d="M20001 0"/>'),
        (Why.NUMBERS, '<path d="M0 -2.1e4"/>'),
        (Why.NUMBERS, '<circle r="1e999"/>'),
        (Why.NUMBERS, '<path d="M0 0;alert(1)"/>'),
        (Why.NUMBERS, '<path fill="expression(&quot;x&quot;)"/>'),
        (Why.INSTRUCTION, "<?php x ?>"),
        (Why.NOT_XML, "<g>"),
        (Why.NOT_XML, "&nbsp;"),
    ],
)
def test_what_could_do_more_than_draw_is_refused(why: Why, inside: str) -> None:
    with pytest.raises(CrestRefused) as refused:
        clean(drawing(inside))
    assert refused.value.why is why


BOMB = '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize(
    ("why", "text"),
    [
        (Why.DOCTYPE, BOMB + drawing("&b;")),
        (Why.DOCTYPE, '<!DOCTYPE svg SYSTEM "http://example.org/svg.dtd">' + drawing()),
        (Why.NOT_SVG, "<svg/>"),
        (Why.NOT_SVG, "<html xmlns='http://www.w3.org/1999/xhtml'/>"),
        (Why.NOT_XML, ""),
        (Why.NOT_XML, "a crest"),
        (Why.NO_VIEW_BOX, drawing().replace(' viewBox="0 0 100 120"', "")),
        (Why.NO_VIEW_BOX, drawing(box="0 0 100")),
        (Why.NO_VIEW_BOX, drawing(box="0 0 0 120")),
        (Why.NO_VIEW_BOX, drawing(box="0 0 100 -120")),
        (Why.TOO_LONG, drawing(box="0 0 100 301")),
        (Why.TOO_LONG, drawing(box="0 0 301 100")),
    ],
)
def test_what_is_no_crest_is_refused(why: Why, text: str) -> None:
    with pytest.raises(CrestRefused) as refused:
        clean(text)
    assert refused.value.why is why


def test_bytes_that_are_no_text_are_refused() -> None:
    for raw in (b"\xff\xfe", drawing("<title>Ο Δήμος</title>").encode("windows-1253"), b"\x00"):
        with pytest.raises(CrestRefused, match="UTF-8"):
            clean(raw)


def test_just_long_enough() -> None:
    assert clean(drawing(box="0 0 100 300"))
    assert clean(drawing(box="0 0 300 100"))


def test_just_large_enough() -> None:
    assert clean(drawing('<path d="M20000 -2e4"/>')).count("20000") == 1


def test_the_limits_of_size_parts_and_depth() -> None:
    bare = drawing(BODY)
    full = bare.replace("<path", "<path" + " " * (MOST_BYTES - len(bare)))
    assert len(full) == MOST_BYTES and clean(full) == bare
    assert clean(drawing("<g/>" * (MOST_ELEMENTS - 1)))
    assert clean(drawing("<g>" * (DEEPEST - 1) + "</g>" * (DEEPEST - 1)))
    for why, text in (
        (Why.TOO_LARGE, full + " "),
        (Why.TOO_MANY, drawing("<g/>" * MOST_ELEMENTS)),
        (Why.TOO_DEEP, drawing("<g>" * DEEPEST + "</g>" * DEEPEST)),
        (Why.TOO_DEEP, drawing("<metadata>" * DEEPEST + "</metadata>" * DEEPEST)),
    ):
        with pytest.raises(CrestRefused) as refused:
            clean(text)
        assert refused.value.why is why


def test_what_grows_beyond_the_limit_by_cleaning_is_refused() -> None:
    parts = '<path d="M0 0" style="stroke-linejoin:round;stroke-linecap:round"/>'
    grown = drawing("<g/>" * 990 + parts + f'<path d="{"1" * 5 + " 1" * 30_600}"/>')
    assert len(grown) < MOST_BYTES < len(grown) + 990 * 3
    with pytest.raises(CrestRefused) as refused:
        clean(grown)
    assert refused.value.why is Why.TOO_LARGE


def test_each_refusal_is_a_sentence_that_says_what_to_do_or_why() -> None:
    for why in Why:
        assert re.fullmatch(r"(The|A) .{20,}\.", str(CrestRefused(why))), why
    with pytest.raises(CrestRefused, match="<text>"):
        clean(drawing("<text/>"))
