"""Signals: small stateless measurements, each one function in one place."""

from __future__ import annotations

from functools import cache

from mtdetect.signals.core import Evidence, Reading, Signal, per_page, rate, signal

__all__ = ["Evidence", "Reading", "Signal", "catalogue", "per_page", "rate", "signal"]


@cache
def catalogue() -> dict[str, Signal]:
    """Every signal by name, in declaration order, read from the signal modules."""
    from mtdetect.signals import (  # noqa: PLC0415 - they import this package
        boundaries,
        domains,
        grammar,
        human,
        lexis,
        names,
        provenance,
        quotation,
        spacing,
    )

    modules = (boundaries, quotation, spacing, names, grammar, lexis, domains, provenance, human)
    found = [s for module in modules for s in vars(module).values() if isinstance(s, Signal)]
    return {s.name: s for s in found if s.family}
