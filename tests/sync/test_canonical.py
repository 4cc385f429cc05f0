"""The canonical form: one value, one spelling; the loader takes nothing loose."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_tests import examples

from sync import NotCanonical, canonical, load, load_canonical

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@given(values)
@settings(max_examples=examples(150), deadline=None)
def test_there_and_back(value):
    data = canonical(value)
    assert load_canonical(data) == value and json.loads(data) == value
    assert load(data + b"   ") == value


@given(st.dictionaries(texts, st.integers(0, 9), min_size=2, max_size=6), st.randoms())
@settings(max_examples=examples(60), deadline=None)
def test_the_order_of_members_does_not_matter(value, random):
    names = list(value)
    random.shuffle(names)
    assert canonical({name: value[name] for name in names}) == canonical(value)


def test_rfc_8785_sorting_and_escapes():
    # RFC 8785 3.2.3: by UTF-16 code unit, so the emoji (D83D) comes before U+FB33.
    value = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}
    assert list(json.loads(canonical(value))) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    text = '\u20ac$\u000f\nA\'B"\\\\"/'
    assert canonical(text) == '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'.encode()
    assert canonical("\u03b1\u0301") != canonical("\u03ac")  # NFC is left alone


@pytest.mark.parametrize(
    "value", [1.0, float("nan"), {"a": 1.5}, {1: 2}, 2**53, -(2**53), "\ud800", {"\udfff": 1}, b"x", {1}]
)
def test_what_has_no_form(value):
    with pytest.raises(NotCanonical):
        canonical(value)


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":1}',
        b"1.0",
        b"1e3",
        b"NaN",
        b"-Infinity",
        b"-0",
        b"9007199254740992",
        b"9" * 5000,
        b'"\\ud800"',
        b'{"\\udc00":1}',
        b'{"a":1} x',
        b"\xff",
        b"\xef\xbb\xbf1",
        b"[" * 34 + b"]" * 34,
        b"[" * 100_000,
        b"[" * 3000 + b"]" * 3000,
        b"",
        b"'a'",
        b'"\n"',
    ],
)
def test_what_the_loader_refuses(data):
    with pytest.raises(NotCanonical):
        load(data)


@pytest.mark.parametrize("data", [b'{"b":1,"a":2}', b'{"a": 1}', b' "a"', b'"\\u0061"', b'"\\/"'])
def test_another_spelling_is_not_canonical(data):
    load(data)
    with pytest.raises(NotCanonical):
        load_canonical(data)


def test_depth_is_the_same_on_both_sides():
    value: object = 0
    for _ in range(32):
        value = [value]
    assert load(canonical(value)) == value  # type: ignore[arg-type]
    with pytest.raises(NotCanonical):
        canonical([value])  # type: ignore[list-item]
