"""The measurement of sampling measures everything it names."""

from app.engines.sampling_cost import RULES, measure_sampling


def test_every_rule_has_a_figure() -> None:
    figures = measure_sampling([300, 3000], runs=2)
    assert figures.keys() == {"300", "3000"}
    for costs in figures.values():
        assert costs.keys() == {*RULES, "logprob", "logprob_and_10_best"}
        assert all(0 < cost < 1e6 for cost in costs.values())
