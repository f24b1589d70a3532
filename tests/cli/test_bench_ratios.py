"""Medians and ratios, from figures made up."""

import pytest

from app.cli.bench_engines_table import lines_about
from app.cli.bench_ratios import LLAMA_CPP, TRANSFORMERS, Run, ratios_of, summarise


def figures(short: float, long: float, prefill: float) -> dict:
    return {
        "decode_tokens_per_second": {"64": short, "1024": long},
        "prefill_tokens_per_second": prefill,
        "first_token_ms": 40.0,
        "memory_mb": {"steady": 1400, "peak": 1500},
    }


def test_an_engine_is_summed_up_by_medians() -> None:
    runs = {
        100: [Run(100, seconds, 1000.0) for seconds in (0.3, 0.1, 0.2)],
        64: [Run(64, 1.0, speed) for speed in (10.0, 90.0, 20.0)],
        1024: [Run(1000, seconds, speed) for seconds, speed in ((2.0, 9.0), (0.5, 0.0), (1.0, 8.0))],
    }
    assert summarise(runs, 100) == {
        "decode_tokens_per_second": {"64": 20.0, "1024": 8.5},  # a run without a second token has no speed
        "prefill_tokens_per_second": 1000.0,
        "first_token_ms": 200.0,
    }


def test_a_short_context_leaves_one_length_for_all() -> None:
    summary = summarise({50: [Run(50, 0.5, 20.0)]}, 50)
    assert summary["decode_tokens_per_second"] == {"50": 20.0}
    assert summary["prefill_tokens_per_second"] == 100.0


def test_ratios_are_to_the_default_precision_and_the_smallest_counts() -> None:
    engines = {
        "int4": figures(120.0, 90.0, 3000.0),
        "int8": figures(500.0, 500.0, 9000.0),
        TRANSFORMERS: figures(20.0, 20.0, 1000.0),
        LLAMA_CPP: figures(80.0, 75.0, 500.0),
    }
    assert ratios_of(engines, "int4") == {
        "decode_vs_transformers": 4.5,
        "prefill_vs_transformers": 3.0,
        "decode_vs_llama_cpp": 1.2,
        "prefill_vs_llama_cpp": 6.0,
    }


@pytest.mark.parametrize("engines", [{}, {LLAMA_CPP: figures(0.0, 0.0, 0.0)}])
def test_what_was_not_measured_has_no_ratio(engines: dict) -> None:
    ratios = ratios_of({"int8": figures(10.0, 10.0, 10.0), **engines}, "int8")
    assert set(ratios.values()) == {None}


def test_the_table_has_a_row_for_each_engine_and_each_rival() -> None:
    ours = figures(120.0, 90.0, 3000.0)
    ours["memory_mb"] |= {"before": 200, "unloaded": 250}
    ours["warm_first_token"] = {"100": {"ms": 9.04, "steps": 1.08}, "4000": {"ms": 20.0, "steps": 1.25}}
    engines = {"int4": ours, TRANSFORMERS: figures(20.0, 20.0, 1000.0), LLAMA_CPP: figures(80.0, 75.0, 500.0)}
    found = {"engines": engines, "default_engine": "int4", "left_out": {}, "ratios": {}}
    lines = [" ".join(line.split()) for line in lines_about(found)]
    assert "int4 120.0 90.0 3,000.0 40.0" in lines
    assert "int4 1,400 1,500 200 250" in lines
    assert "int4, decode steps 1.08 1.25" in lines
    assert "transformers bfloat16 6.00 x 4.50 x 3.00 x" in lines
    assert "llama.cpp 1.50 x 1.20 x 6.00 x" in lines
    assert max(len(line) for line in lines_about(found)) <= 100
