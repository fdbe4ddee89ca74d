"""A results folder with every table of a small experiment, made of random clusters instead of speech."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from safetensors.numpy import save

from awe.checksum import PLACEHOLDER, seal
from awe.cli import main
from awe.report.plan import Plan
from awe.tables import reject, table_from, write_table

PLAN = Plan(
    experiment="fake",
    languages={"por": "Portuguese", "deu": "German", "pol": "Polish"},
    settings=["form", "meaning", "form_meaning", "contrastive"],
    seeds=[1, 2],
)
_WORDS = {
    "por": ["continuar", "governo", "governos", "brasileiro", "brasileira", "presidente", "mercado", "empresa"],
    "deu": ["deutschland", "deutsche", "deutschen", "prozent", "regierung", "zwischen", "gegen", "straße"],
    "pol": ["tysięcy", "tysiące", "polska", "polski", "polskiej", "procent", "wszystkie", "człowiek"],
}
_NOISE = {"form": 1.1, "meaning": 1.6, "form_meaning": 0.7, "contrastive": 0.9}
_SPLITS = {"train": 8, "valid": 4, "test": 5}


def make_results(folder: Path, extra_words: int = 30, tokens_each: int = 4, plan: Plan = PLAN) -> Path:
    """Write the tables that the stages before the report would have written, then run selection and scoring."""
    for number, language in enumerate(plan.languages):
        random = np.random.default_rng(number)
        tokens = _write_corpus(folder / language, language, extra_words, tokens_each, random)
        candidates = {"contrastive": ["margin-0.2", "margin-0.4"]}
        for setting in plan.settings:
            for candidate in candidates.get(setting, ["only"]):
                for seed in plan.seeds:
                    job = folder / language / "training" / setting / candidate / f"seed-{seed}"
                    _write_job(job, tokens, _NOISE.get(setting, 1.0) + 0.3 * (candidate == "margin-0.2"), seed)
            _evaluate(folder / language, language, setting, candidates.get(setting, ["only"]), plan.seeds)
        shard = folder / language / "features" / "shard-0000.parquet"
        _write_features(shard, tokens, random)
        _run("baselines", "--language", language, "--tokens", str(folder / language / "tokens" / "tokens.parquet"),
             "--options", json.dumps({"normalised": False, "bootstrap_samples": 200, "dtw_queries": 5}),
             "--features", str(shard), "--output", str(folder / language / "evaluation" / "baselines.parquet"))  # fmt: skip
    return folder


def _run(*arguments: str) -> None:
    if main(arguments) != 0:
        raise AssertionError(arguments)


def _write_corpus(
    folder: Path, language: str, extra_words: int, tokens_each: int, random: np.random.Generator
) -> pd.DataFrame:
    words = _WORDS[language] + [f"word{number}" for number in range(extra_words)]
    rows: list[dict[str, Any]] = []
    for split, speakers in _SPLITS.items():
        for speaker in range(speakers):
            for rank, word in enumerate(words):
                for _ in range(int(random.poisson(tokens_each * (1.5 if rank < 8 else 0.4)))):
                    start, duration = float(random.uniform(0, 3)), max(0.1, float(random.normal(0.5, 0.1)))
                    row = {"speaker_id": f"{split}{speaker}", "word": word, "phones": list(word), "split": split}
                    rows.append({**row, "start_s": start, "end_s": start + duration})
    for number, row in enumerate(rows):
        row |= {"token_id": f"{language}-{number:05d}", "utterance_id": f"{row['speaker_id']}-{number // 5}"}
    tokens = table_from("tokens", rows)
    write_table(tokens, "tokens", folder / "tokens" / "tokens.parquet")
    utterances = [
        {
            "utterance_id": utterance_id,
            "speaker_id": utterance_id.partition("-")[0],
            "audio_path": f"{utterance_id}.wav",
            "start_s": 0.0,
            "duration_s": 4.0,
            "sample_rate_hz": 16000,
            "text": "text",
            "words": ["text"] * 6,
            "official_split": "",
        }
        for utterance_id in tokens["utterance_id"].unique()
    ]
    write_table(table_from("utterances", utterances), "utterances", folder / "corpus" / "utterances.parquet")
    lexicon = [{"word": word, "phones": list(word), "source": "espeak"} for word in words]
    write_table(table_from("lexicon", lexicon), "lexicon", folder / "lexicon" / "lexicon.parquet")
    alignment = tokens.assign(position=0, aligner="hmm")
    alignment = alignment[["utterance_id", "position", "word", "start_s", "end_s", "aligner"]]
    write_table(alignment.astype({"position": "int32"}), "alignment", folder / "alignment" / "alignment.parquet")
    vectors = [{"word": word, "vector": random.normal(size=300).astype("float32")} for word in words]
    write_table(table_from("vectors", vectors), "vectors", folder / "semantics" / "vectors.parquet")
    lemmas = [{"word": word, "lemma": word[:5]} for word in words if not word.startswith("word")]
    write_table(table_from("lemmas", lemmas), "lemmas", folder / "lemmas" / "lemmas.parquet")
    rejects = {
        "corpus": [reject("corpus", "bad.wav", "audio_empty"), reject("corpus", "b;d.wav", "transcript_missing")],
        "lexicon": [],
        "alignment": [reject("alignment", "utterance", "alignment_failed")],
        "semantics": [reject("semantics", "xyz", "vector_missing")],
        "tokens": [reject("tokens", f"t{number}", "too_few_phones") for number in range(40)],
    }
    for stage, items in rejects.items():
        write_table(table_from("rejects", items), "rejects", folder / stage / "rejects.parquet")
    (folder / "alignment" / "boundary_errors.csv").write_text(
        "scope,n_words,n_boundaries,median_ms,p90_ms,mean_ms,share_within_20_ms\n"
        "all,1000,2000,11.5,38.2,16.4,0.78\nspeaker train0,100,200,10.1,30.2,12.4,0.80\n",
        encoding="utf-8",
    )
    return tokens


def _write_job(job: Path, tokens: pd.DataFrame, noise: float, seed: int) -> None:
    random = np.random.default_rng([seed, int(100 * noise)])
    epochs = np.arange(1, 21)
    curve = (0.95 - 0.3 * noise) * (1 - np.exp(-epochs / (2 + 3 * noise))) + random.normal(0, 0.01, len(epochs))
    history = table_from(
        "history",
        [
            {"epoch": int(epoch), "train_loss": 1.0, "form_loss": 1.0, "meaning_loss": 1.0, "validation_map": float(value),
             "learning_rate": 0.001, "seconds": 1.0, "tokens_per_s": 1000.0, "pretraining": False}
            for epoch, value in zip(epochs, curve, strict=True)
        ],
    )  # fmt: skip
    write_table(history, "history", job / "history.parquet")
    counts = tokens[tokens["split"] == "train"].groupby("word").size().astype("int32")
    write_table(counts.rename("tokens").reset_index(), "trained_words", job / "trained_words.parquet")
    regressor = "objective.regressor.layers.0"
    weights = {f"{regressor}.weight": random.normal(size=(300, 32)), f"{regressor}.bias": np.zeros(300)}
    weights = weights if "meaning" in str(job) else {"encoder.bias": np.zeros(3)}
    save_model(weights, job / "model.safetensors")
    words = sorted(set(tokens["word"]))
    letters = sorted(set("".join(words)))
    of_letter = np.random.default_rng(0).normal(size=(len(letters) * 3, 32))
    # a word's place follows from its letters, so that similar words lie near each other
    centre = {
        word: sum(of_letter[letters.index(letter) * 3 + place % 3] for place, letter in enumerate(word))
        / len(word) ** 0.5
        for word in words
    }
    for split in ("valid", "test"):
        chosen = tokens[tokens["split"] == split]
        rows = [
            {"token_id": token_id, "embedding": (centre[word] + noise * random.normal(size=32)).astype("float32")}
            for token_id, word in zip(chosen["token_id"], chosen["word"], strict=True)
        ]
        write_table(table_from("embeddings", rows), "embeddings", job / f"{split}.parquet")


def save_model(weights: dict[str, np.ndarray], path: Path, job: dict[str, Any] | None = None) -> None:
    """Write weights under a checksum, as training does."""
    path.write_bytes(seal(save(weights, {"job": json.dumps({**(job or {}), "checksum": PLACEHOLDER})})))


def _write_features(path: Path, tokens: pd.DataFrame, random: np.random.Generator) -> None:
    rows = []
    for token_id, word in zip(tokens["token_id"], tokens["word"], strict=True):
        frames = int(random.integers(5, 30))
        slope = np.linspace(-1, 1, frames)[:, None] * (hash_of(word) % 7) + hash_of(word) % 5
        features = slope + 3 * random.normal(size=(frames, 39))
        rows.append({"token_id": token_id, "num_frames": frames, "features": features.astype("float32").reshape(-1)})
    write_table(table_from("features", rows), "features", path)


def hash_of(word: str) -> int:
    return sum(place * ord(letter) for place, letter in enumerate(word, start=1))


def _evaluate(folder: Path, language: str, setting: str, candidates: list[str], seeds: list[int]) -> None:
    training, evaluation = folder / "training" / setting, folder / "evaluation" / setting
    selection = evaluation / "selection.json"
    _run("select", "--setting", setting, "--training-folder", str(training), "--candidates", *candidates,
         "--seeds", *map(str, seeds), "--output", str(selection))  # fmt: skip
    for seed in seeds:
        output = evaluation / f"seed-{seed}"
        outputs = {name: str(output / f"{name}.parquet") for name in ("scores", "queries", "left_out", "findings")}
        job = ["--language", language, "--setting", setting, "--seed", str(seed), "--selection", str(selection),
               "--tokens", str(folder / "tokens" / "tokens.parquet"), "--training-folder", str(training)]  # fmt: skip
        options = json.dumps({"normalised": False, "bootstrap_samples": 200})
        _run("score", *job, "--options", options, "--output", outputs["scores"], "--queries-output", outputs["queries"],
             "--left-out-output", outputs["left_out"])  # fmt: skip
        words = ["--vectors", str(folder / "semantics" / "vectors.parquet"),
                 "--lemmas", str(folder / "lemmas" / "lemmas.parquet")]  # fmt: skip
        options = json.dumps(
            {
                "analyses": {
                    "strata": {"frequency": [0, 1, 12, 40]},
                    "form_to_meaning": {},
                    "lemmas": {},
                    "confusions": {},
                }
            }
        )
        _run("analyse", *job, *words, "--queries", outputs["queries"], "--options", options,
             "--output", outputs["findings"])  # fmt: skip
