"""Artificial speakers: voice variant x pitch x rate x loudness x channel."""

from dataclasses import dataclass

import numpy as np

from awe.synthesis.options import SynthesisOptions

# eSpeak NG's variants that sound like a person; robots, whispers and effects are left out.
_VARIANTS = [
    "f1",
    "f2",
    "f3",
    "f4",
    "f5",
    "m1",
    "m2",
    "m3",
    "m4",
    "m5",
    "m6",
    "m7",
    "m8",
    "Alex",
    "Alicia",
    "Andrea",
    "Andy",
    "Annie",
    "Denis",
    "Diogo",
    "Gene",
    "Gene2",
    "Henrique",
    "Hugo",
    "Jacky",
    "Lee",
    "Marco",
    "Mario",
    "Michael",
    "Mike",
    "Reed",
    "adam",
    "anika",
    "antonio",
    "aunty",
    "belinda",
    "benjamin",
    "boris",
    "caleb",
    "david",
    "ed",
    "edward",
    "edward2",
    "gustave",
    "ian",
    "iven",
    "iven2",
    "john",
    "kaukovalta",
    "klatt",
    "linda",
    "marcelo",
    "max",
    "michel",
    "miguel",
    "norbert",
    "pablo",
    "paul",
    "pedro",
    "quincy",
    "rob",
    "robert",
    "sandro",
    "shelby",
    "steph",
    "steph2",
    "travis",
    "victor",
    "zac",
]


@dataclass(frozen=True)
class Speaker:
    """One artificial speaker; the channel is a spectral tilt and the edges of a pass band."""

    speaker_id: str
    voice: str
    pitch: float
    pitch_range: float
    rate_words_per_minute: float
    gain_db: float
    tilt: float
    low_edge_hz: float
    high_edge_hz: float


def make_speakers(options: SynthesisOptions, seed: int) -> list[Speaker]:
    """Draw the speakers; a larger number keeps the first ones as they are.

    Variants are used without repetition until all are used up, then again with other pitches and rates.
    """
    slowest, fastest = options.rate_words_per_minute
    speakers = []
    for number in range(options.speakers):
        order = np.random.default_rng([seed, 0, number // len(_VARIANTS)]).permutation(len(_VARIANTS))
        variant = _VARIANTS[order[number % len(_VARIANTS)]]
        random = np.random.default_rng([seed, 1, number])
        speakers.append(
            Speaker(
                speaker_id=f"{options.prose}{number + 1:03d}",
                voice=f"{options.voice}+{variant}",
                pitch=50 + 35 * options.pitch_spread * random.uniform(-1, 1),
                pitch_range=random.uniform(30, 70),
                rate_words_per_minute=random.uniform(slowest, fastest),
                gain_db=-options.loudness_range_db * random.uniform(),
                tilt=options.filtering * random.uniform(-1, 1),
                low_edge_hz=60 + 300 * options.filtering * random.uniform(),
                high_edge_hz=7800 - 6000 * options.filtering * random.uniform(),
            )
        )
    return speakers
