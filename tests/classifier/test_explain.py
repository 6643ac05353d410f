from __future__ import annotations

import numpy as np
import pytest

from classifier.explain import explain
from classifier.heads import SLICES
from classifier.labels import TOPICS
from classifier.train import Trained

TEXT = "Mohon diperhatikan\nJalan BERLUBANG dan lampu jalannya mati"


def test_terms_stand_in_the_citizens_own_words(trained: Trained) -> None:
    predictions = trained.model.predict([TEXT])
    column = SLICES["topic"].start + TOPICS.index("jalan_jembatan")

    [terms] = explain(trained.model, predictions, [0], [{"topic": (column, 4)}])

    assert "BERLUBANG" in {TEXT[start:end] for start, end, *_ in terms}
    weights = [weight for *_, weight in terms]
    assert weights == sorted(weights, reverse=True)


def test_all_contributions_and_the_shift_add_up_to_the_log_odds(trained: Trained) -> None:
    model = trained.model
    predictions = model.predict([TEXT])
    column = SLICES["misconduct"].start
    scale = model.calibration.scale[column]

    features = predictions.features
    assert features is not None
    gains = features.stacked().toarray()[0] * model.heads.weights[:, column] * scale
    rest = model.heads.bias[column] * scale + model.calibration.shift[column]

    p = float(predictions.misconduct[0])
    assert gains.sum() + rest == pytest.approx(np.log(p / (1 - p)), abs=1e-3)


def test_what_a_signal_adds_is_shared_by_its_words(trained: Trained) -> None:
    model, text = trained.model, "korupsi dan suap oleh camat"
    predictions = model.predict([text])
    column = SLICES["misconduct"].start

    [terms] = explain(model, predictions, [0], [{"misconduct": (column, 9)}])

    found = {text[start:end]: weight for start, end, _, weight in terms}
    features = predictions.features
    assert features is not None
    part = slice(*features.words.indptr[:2])
    word = model.vocabulary.words.index("korupsi")
    [at] = [i for i, c in enumerate(features.words.indices[part]) if c == word]
    alone = features.words.data[at] * model.heads.weights[word, column]
    assert found["korupsi"] > alone * model.calibration.scale[column]


def test_a_text_without_known_words_has_no_terms(trained: Trained) -> None:
    predictions = trained.model.predict(["xyzzy"])

    assert explain(trained.model, predictions, [0], [{"topic": (SLICES["topic"].start, 3)}]) == [[]]


def test_many_texts_are_explained_as_each_alone(trained: Trained) -> None:
    texts = [TEXT, "", "xyzzy", "korupsi dan suap oleh camat", f"{TEXT} {TEXT}"]
    topic, misconduct = SLICES["topic"].start, SLICES["misconduct"].start
    wanted = [{"topic": (topic + i, i), "misconduct": (misconduct, 3)} for i in range(len(texts))]
    rows = [4, 3, 2, 1, 0]

    together = explain(trained.model, trained.model.predict(texts), rows, wanted)

    for i, row in enumerate(rows):
        alone = trained.model.predict([texts[row]])
        assert explain(trained.model, alone, [0], [wanted[i]]) == [together[i]]
