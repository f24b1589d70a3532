"""Measures what choosing a token costs: `python -m app.cli.bench_sampling`."""

from app.cli.jsonl import print_object
from app.engines.sampling_cost import measure_sampling

if __name__ == "__main__":
    print_object(measure_sampling())
