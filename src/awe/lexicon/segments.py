"""IPA without separators into phones; eSpeak's own transcriptions come separated and do not need it."""

import unicodedata


def segment(ipa: str) -> list[str]:
    """Split a pronunciation in IPA into its phones.

    A diacritic, length or release mark belongs to the phone before it, a tie joins two letters to one phone: `t͡ʃɐ̃ʊ̯̃ː`.
    Affricates and diphthongs without a tie are two phones. Stress marks and syllable dots are dropped, and so are ties,
    as eSpeak writes none.

    Raises:
        ValueError: if something in it is no IPA.

    """
    import ipatok

    try:
        phones = ipatok.tokenise(unicodedata.normalize("NFD", ipa.replace("g", "ɡ")), strict=True, replace=False)
    except ValueError as error:
        raise ValueError(f"{ipa!r} is no IPA ({error})") from None
    return [unicodedata.normalize("NFC", phone.replace("\u0361", "").replace("\u035c", "")) for phone in phones]
