"""Errors meant for the user: one line that names the file, the value and the remedy."""


class AweError(Exception):
    """Anything the user can mend. The command line prints its one line and exits with `exit_code`."""

    exit_code = 2


class ConfigError(AweError):
    """A key or value of the configuration is wrong."""


class TableError(AweError):
    """A table is missing, damaged or does not have the declared columns."""


class CorpusError(AweError):
    """A corpus folder cannot be read at all (single bad items become rejects instead)."""


class ToolError(AweError):
    """An external program is missing or failed."""


class TrainingError(AweError):
    """Training cannot go on: the loss is not finite, or the device has no memory left."""


class InterruptedTrainingError(AweError):
    """Training was asked to stop and saved a checkpoint; the same command goes on from there."""

    exit_code = 75  # EX_TEMPFAIL of sysexits.h: try again


class ArchiveError(AweError):
    """An archive is damaged, holds what no experiment holds, or would overwrite something."""


class ReuseError(AweError):
    """Another experiment's tables cannot be taken over."""


class VerificationError(AweError):
    """Something is not as it was recorded; each difference has been printed before."""

    exit_code = 1
