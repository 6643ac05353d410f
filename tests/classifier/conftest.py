from __future__ import annotations

import pandas as pd
import pytest

from classifier.dataset import SEED_CORPUS, read_examples
from classifier.stemming import root_words
from classifier.train import TrainConfig, Trained, train


@pytest.fixture(scope="session")
def seed_corpus() -> pd.DataFrame:
    return read_examples([SEED_CORPUS])


@pytest.fixture(scope="session")
def small_corpus(seed_corpus: pd.DataFrame) -> pd.DataFrame:
    """Every fourth complaint: enough for every topic, quick to train on."""
    return seed_corpus.iloc[::4].reset_index(drop=True)


@pytest.fixture(scope="session")
def trained(small_corpus: pd.DataFrame) -> Trained:
    return train(small_corpus, TrainConfig(folds=3), public_words=root_words())
