"""Small corpora in the layout of every reader, with real audio, real encodings and the mess of real corpora."""

import csv
import gzip
import io
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import soundfile

DURATION_S = 0.5


@dataclass(frozen=True)
class Sample:
    """A corpus on disk and what must come out: words and speaker by utterance id, and the rejects in order."""

    options: dict[str, Any]
    words: dict[str, str]
    speakers: dict[str, str]
    rejected: list[tuple[str, str]]
    timed: set[str] = field(default_factory=set)  # ids of utterances with word times
    splits: dict[str, str] = field(default_factory=dict)
    durations_s: dict[str, float] = field(default_factory=dict)  # where it is not DURATION_S


def speak(path: Path, duration_s: float = DURATION_S, rate_hz: int = 16_000) -> None:
    """Write noise, other noise for every name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(zlib.crc32(path.name.encode())).normal(0, 0.1, round(duration_s * rate_hz))
    if path.name.endswith(".opus"):
        soundfile.write(path, noise, rate_hz, format="OGG", subtype="OPUS")
    elif path.suffix == ".adc":
        path.write_bytes((noise * 32_767).astype("<i2").tobytes())
    else:
        soundfile.write(path, noise, rate_hz)


def write(path: Path, text: str, encoding: str = "utf-8") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))


def append_latin(path: Path, text: str) -> None:
    """Add bytes that are not UTF-8."""
    with path.open("ab") as file:
        file.write(text.encode("iso-8859-1"))


def synthetic(root: Path) -> Sample:
    speak(root / "audio" / "s1.flac", 2.0, 22_050)
    rows = [
        {"utterance_id": "s1-1", "start_s": 0.0, "text": "Dobry dzień!", "words": ["dobry", "dzień"]},
        {"utterance_id": "s1-2", "start_s": 0.5, "text": "Tak.", "words": ["tak"]},
        {"utterance_id": "s1-3", "start_s": 1.8, "text": "Nie.", "words": ["nie"]},
        {"utterance_id": "s1-1", "start_s": 1.0, "text": "Nie.", "words": ["nie"]},
    ]
    for row in rows:
        words = row["words"]
        assert isinstance(words, list)
        row |= {
            "speaker_id": "s1",
            "audio_path": "audio/s1.flac",
            "duration_s": DURATION_S,
            "official_split": "",
            "word_start_s": [0.05 + 0.2 * i for i in range(len(words))],
            "word_end_s": [0.25 + 0.2 * i for i in range(len(words))],
        }
    pd.DataFrame(rows).to_parquet(root / "manifest.parquet")
    return Sample(
        options={},
        words={"s1-1": "dobry dzień", "s1-2": "tak"},
        speakers={"s1-1": "s1", "s1-2": "s1"},
        rejected=[("s1-3", "segment_outside_audio"), ("s1-1", "utterance_id_doubled")],
        timed={"s1-1", "s1-2"},
    )


def ljspeech(root: Path) -> Sample:
    folder = root / "mein korpus"
    for name in ("a 1", "-b", "ü;$(c)", "doubled", "nothing"):
        speak(folder / "wavs" / f"{name}.flac")
    speak(folder / "wavs" / "LJ.wav", rate_hz=22_050)
    lines = ["a 1|Er hat 3 Äpfel.", "", "-b|raw|Die normalisierte Form", "ü;$(c)|E\u0301tude…", "missing|Kein Ton",
             "doubled|eins", "doubled|zwei", "nothing| ?! ", "only an id", "LJ|Schöne | ", "../../x|hinaus"]  # fmt: skip
    write(folder / "metadata.csv", "\r\n".join(lines) + "\r\n", "utf-8-sig")
    append_latin(folder / "metadata.csv", "latin|Größe")
    return Sample(
        options={"folder": "mein korpus", "speaker": "Anna"},
        words={"a 1": "er hat drei äpfel", "-b": "die normalisierte form", "ü;$(c)": "étude", "doubled": "eins",
               "LJ": "schöne"},
        speakers=dict.fromkeys(["a 1", "-b", "ü;$(c)", "doubled", "LJ"], "Anna"),
        rejected=[
            ("missing", "audio_missing"),
            ("doubled", "utterance_id_doubled"),
            ("nothing", "transcript_empty"),
            ("only an id", "transcript_missing"),
            ("../../x", "path_outside_data_root"),
            ("latin", "transcript_unreadable"),
        ],
    )  # fmt: skip


def speaker_folder(root: Path) -> Sample:
    for name in (
        "-Zoë 'q'\n$(x)/a b.wav",
        "spk/one.flac",
        "spk/no text.wav",
        "spk/latin.wav",
        "nobody.wav",
        "spk/one.wav",
    ):
        speak(root / name)
    write(root / "-Zoë 'q'\n$(x)" / "a b.lab", "\ufeffZdanie \r\n\r\n drugie\r\n", "utf-8")
    write(root / "spk" / "one.txt", "the text")
    write(root / "spk" / "one.lab", "The label")
    write(root / "spk" / "latin.lab", "é", "iso-8859-1")
    write(root / "spk" / "silent movie.lab", "no sound")
    write(root / "nobody.txt", "whose?")
    write(root / "README.txt", "not a transcript")
    write(root / "spk" / ".hidden.wav", "")
    strange = "-Zoë 'q'\n$(x)/a b"
    return Sample(
        options={},
        words={strange: "zdanie drugie", "spk/one": "the label"},
        speakers={strange: "-Zoë 'q'\n$(x)", "spk/one": "spk"},
        rejected=[
            ("nobody", "speaker_missing"),
            ("spk/latin", "transcript_unreadable"),
            ("spk/no text", "transcript_missing"),
            ("spk/one", "utterance_id_doubled"),
            ("spk/silent movie", "audio_missing"),
        ],
    )


WORD_FOLDERS = r"(?P<word>[^/_][^/]*)/(?P<speaker>[^/_]*)(_[^/]*)?"  # speakers may be missing


def word_folders(root: Path) -> Sample:
    names = ["bed/0a_nohash_0", "bed/0b_nohash_0", "zero/0c_nohash_1", "0/0a_nohash_2", "bed time/0a_nohash_0"]
    for name in [*names, "_background_noise_/running_tap", "bed/_nohash_0"]:
        speak(root / "commands" / f"{name}.wav")
    speak(root / "commands" / "bed" / "0a_nohash_0.flac")
    write(root / "commands" / "validation_list.txt", "bed/0b_nohash_0.wav\r\n\r\n", "utf-8-sig")
    append_latin(root / "commands" / "validation_list.txt", "bed/größe.wav")
    write(root / "commands" / "testing_list.txt", "zero/0c_nohash_1.wav\n")
    return Sample(
        options={"folder": "commands", "words": {"0": "zero"}, "pattern": WORD_FOLDERS},
        words={"bed/0a_nohash_0": "bed", "bed/0b_nohash_0": "bed", "zero/0c_nohash_1": "zero", "0/0a_nohash_2": "zero"},
        speakers={
            "bed/0a_nohash_0": "0a", "bed/0b_nohash_0": "0b", "zero/0c_nohash_1": "0c", "0/0a_nohash_2": "0a"
        },
        rejected=[
            ("_background_noise_/running_tap", "transcript_missing"),
            ("bed/0a_nohash_0", "utterance_id_doubled"),
            ("bed/_nohash_0", "speaker_missing"),
            ("bed time/0a_nohash_0", "transcript_not_one_word"),
        ],
        timed={"bed/0a_nohash_0", "bed/0b_nohash_0", "zero/0c_nohash_1", "0/0a_nohash_2"},
        splits={
            "bed/0a_nohash_0": "train", "bed/0b_nohash_0": "valid", "zero/0c_nohash_1": "test", "0/0a_nohash_2": "train"
        },
    )  # fmt: skip


def table(root: Path) -> Sample:
    speak(root / "t" / "all, of 'it'.wav", 2.0, 44_100)
    rows = [
        ("all, of 'it'.wav", "0.0", "0.5", "Größe", "s 1", "train"),
        ("all, of 'it'.wav", "0.5", "1.25", 'say "x"', "s 1", "dev"),
        ("all, of 'it'.wav", "1.5", "", "Ende", "s;2", "TEST"),
        ("all, of 'it'.wav", "1.5", "9", "zu lang", "s;2", ""),
        ("all, of 'it'.wav", "soon", "9", "wann", "s;2", ""),
        ("", "0", "1", "kein Ton", "s;2", ""),
        ("gone.wav", "0", "1", "weg", "s;2", ""),
        ("../../../etc/x.wav", "0", "1", "hinaus", "s;2", ""),
        ("all, of 'it'.wav", "0", "1", "", "s;2", ""),
        ("all, of 'it'.wav", "0", "1", "wer", " ", ""),
        ("all, of 'it'.wav", "1", "0.5", "rückwärts", "s", ""),
        ("all, of 'it'.wav", "0", "0.5", "einmal", "s", "", "twice"),
        ("all, of 'it'.wav", "0", "0.5", "noch einmal", "s", "", "twice"),
    ]
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([("file", "from", "to", "said", "who", "part", "id"), *rows])
    write(root / "t" / "table.csv", buffer.getvalue() + "\r\n", "utf-8-sig")
    append_latin(root / "t" / "table.csv", "gone.wav,0,1,Größe,s,,latin\r\n")
    name = "all, of 'it':"
    columns = {"audio": "file", "start": "from", "end": "to", "text": "said", "speaker": "who", "split": "part",
               "utterance_id": "id"}  # fmt: skip
    return Sample(
        options={"folder": "t", **columns},
        words={f"{name}1": "größe", f"{name}2": "say x", f"{name}3": "ende", "twice": "einmal"},
        speakers={f"{name}1": "s 1", f"{name}2": "s 1", f"{name}3": "s;2", "twice": "s"},
        rejected=[
            (f"{name}4", "segment_outside_audio"),
            (f"{name}5", "segment_outside_audio"),
            ("row:6", "audio_missing"),
            ("gone:7", "audio_missing"),
            ("../../../etc/x:8", "path_outside_data_root"),
            (f"{name}9", "transcript_missing"),
            (f"{name}10", "speaker_missing"),
            (f"{name}11", "audio_empty"),
            ("twice", "utterance_id_doubled"),
            ("latin", "transcript_unreadable"),
        ],
        splits={f"{name}1": "train", f"{name}2": "valid", f"{name}3": "test"},
        durations_s={f"{name}2": 0.75},
    )


def globalphone(root: Path) -> Sample:
    folder = root / "globalphone" / "Portuguese"
    for name in ("001/PO001_1.adc", "001/PO001_02.adc", "001/PO001_9.adc", "002/PO002_1.adc", "003/PO003_4.adc"):
        speak(folder / "adc" / name)
    facts = ";SprecherID 001\r\n;SEX:female\r\n; AGE: 24\r\n\r\n;NATIVE PLACE:São Luís\r\n"
    write(folder / "spk" / "PO001.spk", facts, "iso-8859-1")
    write(folder / "spk" / "PO002.spk", "\ufeff;SEX:male\n")
    first = [
        ";SprecherID 001",
        "; 1:",
        "A inauguração ",
        "da vila.",
        ";2:",
        "Não",
        "; 3:",
        "sem som",
        "; 1:",
        "de novo",
    ]
    write(folder / "trl" / "PO001.trl", "\r\n".join(first), "iso-8859-1")
    write(folder / "trl" / "PO002.trl", "\ufeff;SprecherID 002\n; 1:\nÉ 1\n; 2:\n", "utf-16")
    write(folder / "trl" / "PO003.trl", ";SprecherID 003\r\n; 4:\r\n\r\n")
    return Sample(
        options={"folder": "globalphone/Portuguese", "encoding": "iso-8859-1"},
        words={"PO001_1": "a inauguração da vila", "PO001_2": "não", "PO002_1": "é eins"},
        speakers={"PO001_1": "PO001", "PO001_2": "PO001", "PO002_1": "PO002"},
        rejected=[
            ("PO001_3", "audio_missing"),
            ("PO001_1", "utterance_id_doubled"),
            ("PO002_2", "audio_missing"),
            ("PO003_4", "transcript_empty"),
            ("PO001_9", "transcript_missing"),
        ],
    )


def kaldi(root: Path) -> Sample:
    speak(root / "wav" / "rec one.flac", 2.0)
    ids = ["u1", "u2", "u3", "u4", "u5", "u6", "u7", "u8"]
    texts = ["Zażółć gęślą", "jaźń", "", "pipe", "gone", "late", "who", "times"]
    lines = "".join(f"{i} {t}\r\n\r\n" for i, t in zip(ids, texts, strict=True))
    write(root / "data" / "text", f"{lines}u1 again\n", "utf-8-sig")
    append_latin(root / "data" / "text", "u9 Größe")
    write(root / "data" / "utt2spk", "".join(f"{i} sp-{i[-1]}\n" for i in ids if i != "u7"))
    write(root / "data" / "wav.scp", f"r1 {root.absolute()}/wav/rec one.flac\nr2 sox x.wav -t wav - |\nr4 wav/no.wav\n")
    segments = ["u1 r1 0.00 0.50", "u2 r1 1.5 -1", "u3 r1 0 1", "u4 r2 0 1", "u5 r4 0 1", "u6 r3 0 1", "u7 r1 0 1",
                "u8 r1 soon 1"]  # fmt: skip
    write(root / "data" / "segments", "\n".join(segments))
    return Sample(
        options={"folder": "data"},
        words={"u1": "zażółć gęślą", "u2": "jaźń"},
        speakers={"u1": "sp-1", "u2": "sp-2"},
        rejected=[
            ("u3", "transcript_empty"),
            ("u4", "audio_unreadable"),
            ("u5", "audio_missing"),
            ("u6", "audio_missing"),
            ("u7", "speaker_missing"),
            ("u8", "segment_outside_audio"),
            ("u1", "utterance_id_doubled"),
            ("u9", "transcript_unreadable"),
        ],
    )


def librispeech(root: Path) -> Sample:
    folder = root / "LibriSpeech"
    for part, name in (("train-clean-100", "19-198-0000"), ("train-clean-100", "19-198-0001"), ("dev-clean", "84-1-0")):
        speaker, chapter, _ = name.split("-")
        speak(folder / part / speaker / chapter / f"{name}.flac")
    lines = "19-198-0000 NORTHANGER ABBEY\r\n\r\n19-198-0001 THIS'LL\r\n19-198-0002 MISSING\r\n"
    lines += "-198-0003 WHO\r\n19-198-0000 NORTHANGER ABBEY\r\n"
    speak(folder / "train-clean-100" / "19" / "198" / "-198-0003.flac")
    write(folder / "train-clean-100" / "19" / "198" / "19-198.trans.txt", lines, "utf-8-sig")
    append_latin(folder / "train-clean-100" / "19" / "198" / "19-198.trans.txt", "19-198-0004 CAFÉ")
    write(folder / "dev-clean" / "84" / "1" / "84-1.trans.txt", "84-1-0\n84-1-1 \n")
    times = '19-198-0000 ",NORTHANGER,,ABBEY," "0.05,0.2,0.25,0.4,0.5"\n19-198-0001 "THAT" "0.5"\n'
    write(root / "ali" / "train-clean-100" / "19" / "198" / "19-198.alignment.txt", times)
    return Sample(
        options={"folder": "LibriSpeech", "alignments": "ali"},
        words={"19-198-0000": "northanger abbey"},
        speakers={"19-198-0000": "19"},
        rejected=[
            ("84-1-0", "transcript_empty"),
            ("84-1-1", "transcript_empty"),
            ("19-198-0001", "alignment_mismatch"),
            ("19-198-0002", "audio_missing"),
            ("-198-0003", "speaker_missing"),
            ("19-198-0000", "utterance_id_doubled"),
            ("19-198-0004", "transcript_unreadable"),
        ],
        timed={"19-198-0000"},
        splits={"19-198-0000": "train"},
    )


def mls(root: Path) -> Sample:
    folder = root / "mls_polish_opus"
    for part, name in (("train", "6758_6047_000000"), ("dev", "6758_1_0"), ("test", "7_1_0")):
        speaker, book, _ = name.split("_")
        speak(folder / part / "audio" / speaker / book / f"{name}.opus")
    write(folder / "train" / "transcripts.txt", "6758_6047_000000\tpo czym\r\n\r\n6758_6047_1\tgdzie\r\nbad line\r\n")
    write(folder / "dev" / "transcripts.txt", "6758_1_0\t-\n", "utf-8-sig")
    write(folder / "test" / "transcripts.txt", "7_1_0\tc'est\n7_1_0\tdwa\n_1_0\tkto\n")
    append_latin(folder / "test" / "transcripts.txt", "7_1_1\tdéjà")
    return Sample(
        options={"folder": "mls_polish_opus"},
        words={"6758_6047_000000": "po czym", "7_1_0": "c'est"},
        speakers={"6758_6047_000000": "6758", "7_1_0": "7"},
        rejected=[
            ("6758_6047_1", "audio_missing"),
            ("bad line", "transcript_missing"),
            ("6758_1_0", "transcript_empty"),
            ("7_1_0", "utterance_id_doubled"),
            ("_1_0", "speaker_missing"),
            ("7_1_1", "transcript_unreadable"),
        ],
        splits={"6758_6047_000000": "train", "7_1_0": "test"},
    )


def commonvoice(root: Path) -> Sample:
    folder = root / "cv" / "pl"
    for name in ("cv_1", "cv_2", "cv_3"):
        speak(folder / "clips" / f"{name}.mp3", 0.5, 32_000)
    header = "client_id\tpath\tsentence\tup_votes\r\n"
    write(folder / "train.tsv", f'{header}abc\tcv_1.mp3\t"Dom\t2\r\n\r\ndef\tgone.mp3\tnie ma\t2\r\n')
    append_latin(folder / "train.tsv", "abc\tcv_4.mp3\tdéjà\t2\r\n")
    write(folder / "dev.tsv", f"\ufeff{header}\tcv_2.mp3\tkto\t2\r\nabc\r\n")
    write(folder / "test.tsv", f"{header}ghi\tcv_3\tE\u0301 😀\t2\r\nabc\tcv_1.mp3\tdrugi\t1")
    return Sample(
        options={"folder": "cv/pl"},
        words={"cv_1": "dom", "cv_3": "é"},
        speakers={"cv_1": "abc", "cv_3": "ghi"},
        rejected=[
            ("gone", "audio_missing"),
            ("cv_4", "transcript_unreadable"),
            ("cv_2", "speaker_missing"),
            ("dev.tsv:3", "audio_missing"),
            ("cv_1", "utterance_id_doubled"),
        ],
        splits={"cv_1": "train", "cv_3": "test"},
        durations_s={"cv_1": 0.5, "cv_3": 0.5},
    )


def mswc(root: Path) -> Sample:
    folder = root / "mswc" / "de"
    for name in ("über/cv_1", "über/cv_2", "aus/cv_3"):
        speak(folder / "clips" / f"{name}.opus", rate_hz=48_000)
    rows = ["SET,LINK,WORD,VALID,SPEAKER,GENDER", "TRAIN,über/cv_1.opus,u\u0308ber,True,ab,MALE",
            "DEV,über/cv_2.opus,über,TRUE,,OTHER", "TEST,aus/cv_3.opus,aus,True,cd,NAN",
            "TEST,aus/cv_4.opus,aus,True,cd,NAN", "TEST,aus/cv_5.opus,aus,False,cd,NAN", "TEST,,aus,True,cd,NAN"]  # fmt: skip
    write(folder / "de_splits.csv", "\r\n".join([*rows, "", rows[1], ""]), "utf-8-sig")
    append_latin(folder / "de_splits.csv", "TEST,über/cv_6.opus,über,True,cd,NAN")
    return Sample(
        options={"folder": "mswc/de"},
        words={"über/cv_1": "über", "aus/cv_3": "aus"},
        speakers={"über/cv_1": "ab", "aus/cv_3": "cd"},
        rejected=[
            ("über/cv_2", "speaker_missing"),
            ("aus/cv_4", "audio_missing"),
            ("aus/cv_5", "marked_invalid"),
            ("de_splits.csv:6", "audio_missing"),
            ("über/cv_1", "utterance_id_doubled"),
            ("\\udcfcber/cv_6", "transcript_unreadable"),
        ],
        timed={"über/cv_1", "aus/cv_3"},
        splits={"über/cv_1": "train", "aus/cv_3": "test"},
    )


def lhotse(root: Path) -> Sample:
    speak(root / "rec.flac", 2.0)
    recording = {"id": "r", "sampling_rate": 16_000, "num_samples": 32_000, "duration": 2.0, "channel_ids": [0],
                 "sources": [{"type": "file", "channels": [0], "source": "rec.flac"}]}  # fmt: skip
    command = recording | {"id": "c", "sources": [{"type": "command", "channels": [0], "source": "sox x - |"}]}
    stereo = recording | {"id": "2", "channel_ids": [0, 1],
                          "sources": [{"type": "file", "channels": [0, 1], "source": "rec.flac"}]}  # fmt: skip

    def supervision(name: str, recording_id: str, **more: object) -> dict[str, object]:
        times = {"start": 1.0, "duration": 0.5, "channel": 0, "text": "Olá vê", "speaker": "s"}
        return {"id": name, "recording_id": recording_id, **times, **more}

    words = {"word": [["olá", 1.1, 0.1], ["", 1.2, 0.1], ["vê", 1.3, 0.1]]}
    supervisions = [
        supervision("good", "r", alignment=words),
        supervision("plain", "r", start=0.0),
        supervision("nobody", "r", speaker=None),
        supervision("textless", "r", text=None),
        supervision("command", "c"),
        supervision("gone", "x"),
        supervision("left", "2"),
        supervision("good", "r"),
    ]
    for name, rows in (("recordings", [recording, command, stereo]), ("supervisions", supervisions)):
        content = "".join(json.dumps(row) + "\n" for row in rows)
        (root / f"{name}.jsonl.gz").write_bytes(gzip.compress(content.encode(), mtime=0))
    in_cut = {"start": 0.25, "alignment": {"word": [["olá", 0.3, 0.1], ["vê", 0.4, 0.1]]}}
    cut = {"id": "cut", "start": 1.0, "duration": 1.0, "channel": 0, "recording": recording, "type": "MonoCut",
           "supervisions": [supervision("in cut", "r", **in_cut)]}  # fmt: skip
    write(root / "cuts.jsonl", json.dumps(cut) + "\n")
    manifests = [
        {"recordings": "recordings.jsonl.gz", "supervisions": "supervisions.jsonl.gz", "split": "train"},
        {"cuts": "cuts.jsonl", "split": "test"},
    ]
    return Sample(
        options={"manifests": manifests},
        words={"good": "olá vê", "plain": "olá vê", "in cut": "olá vê"},
        speakers={"good": "s", "plain": "s", "in cut": "s"},
        rejected=[
            ("nobody", "speaker_missing"),
            ("textless", "transcript_missing"),
            ("command", "audio_missing"),
            ("gone", "audio_missing"),
            ("left", "audio_unreadable"),
            ("good", "utterance_id_doubled"),
        ],
        timed={"good", "in cut"},
        splits={"good": "train", "plain": "train", "in cut": "test"},
    )


SAMPLES: dict[str, Callable[[Path], Sample]] = {
    function.__name__: function
    for function in (
        synthetic, ljspeech, speaker_folder, word_folders, table, globalphone,
        kaldi, librispeech, mls, commonvoice, mswc, lhotse,
    )
}  # fmt: skip
