"""Whose pages they are, as the signed settings say. Never a name that nobody has signed."""

from __future__ import annotations

from central.kernel.centre import Centre, signed_settings

NAMELESS = {"el": "Δήμος", "en": "Municipality"}


def town(centre: Centre, language: str) -> dict[str, object]:
    """What every page says at its head. Until settings are signed it is nobody's, and called a demonstration."""
    settings = signed_settings(centre)
    if settings is None:
        return {"municipality": NAMELESS[language], "demo": True}
    return {"municipality": settings.name.in_language(language), "demo": settings.demo}
