"""Word times in other programs' files, one module a format.

Each module defines `SUFFIX` of its files; `PER_RECORDING`: True where each recording or utterance has a file of its
own, False where a file holds many; and `read(path, tier)`, which returns the timed words under a key: the speaker,
or "" where the file does not say, for files per recording, the id of utterance or recording otherwise. It raises
ValueError where the file is not of the format.
"""
