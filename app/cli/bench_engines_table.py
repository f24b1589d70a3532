"""What `inkling bench --engine all` tells people."""

from collections.abc import Iterator

from app.cli.bench_ratios import RIVALS, decode_ratios, prefill_ratio
from app.cli.jsonl import Entry

NAMES = 24  # characters
COLUMN = 11
MEMORY = {"steady": "steady", "peak": "peak", "before": "before", "unloaded": "unloaded"}


def lines_about(figures: Entry) -> Iterator[str]:
    """Yield the lines of three tables: the engines, warm first tokens, and ratios; see `compare`."""
    engines = {name: found for name, found in figures["engines"].items() if found is not None}
    default = figures["default_engine"]
    contexts = list(engines[default]["decode_tokens_per_second"])
    yield _row("engine", *(f"decode {int(context):,}" for context in contexts), "prefill", "first token")
    yield _row("", *("tokens/s" for _ in (*contexts, "prefill")), "ms")
    for name, found in engines.items():
        speeds = [found["decode_tokens_per_second"][context] for context in contexts]
        numbers = [*speeds, found["prefill_tokens_per_second"], found["first_token_ms"]]
        yield _row(name, *(f"{number:,.1f}" for number in numbers))
    for name, reason in figures["left_out"].items():
        yield f"{name:<{NAMES}}not measured: {reason}"
    yield ""
    yield _row("memory, MB", *MEMORY.values())
    for name, found in engines.items():
        yield _row(name, *(_whole(found["memory_mb"].get(key)) for key in MEMORY))
    yield ""
    yield from _warm(engines)
    yield ""
    yield _row(f"{default} is faster than", *(f"decode {int(context):,}" for context in contexts), "prefill")
    for rival in RIVALS.values():
        if rival in engines:
            ratios = [
                *decode_ratios(engines, default, rival).values(),
                prefill_ratio(engines, default, rival),
            ]
            yield _row(rival, *("" if ratio is None else f"{ratio:.2f} x" for ratio in ratios))


def _warm(engines: dict[str, Entry]) -> Iterator[str]:
    """Yield a row for each engine that can read ahead."""
    ours = {name: found["warm_first_token"] for name, found in engines.items() if "warm_first_token" in found}
    contexts = list(next(iter(ours.values())))
    yield _row("first token, read ahead", *(f"{int(context):,}" for context in contexts))
    for name, warm in ours.items():
        yield _row(f"{name}, ms", *(f"{warm[context]['ms']:.1f}" for context in contexts))
        yield _row(f"{name}, decode steps", *(f"{warm[context]['steps']:.2f}" for context in contexts))


def _row(name: str, *cells: str) -> str:
    return f"{name:<{NAMES}}{''.join(f'{cell:>{COLUMN + 2}}' for cell in cells)}".rstrip()


def _whole(number: int | None) -> str:
    return "" if number is None else f"{number:,}"
