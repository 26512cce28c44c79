"""The errors that a caller may catch. A message says what, where (path, line, field) and what to do."""


class NetglassError(Exception):
    """Any error of this project that a user can act on. ``exit_code`` is what the command line returns."""

    exit_code = 1


class UsageError(NetglassError):
    """The command or call was put wrongly."""


class InputError(NetglassError):
    """An input cannot be used at all."""

    exit_code = 2


class SchemaDrift(NetglassError):
    """A store was written by another schema version, or a column is not what the reference says."""

    exit_code = 2


class RegisterError(NetglassError):
    """A record of the register is not valid."""

    exit_code = 4


class EngineError(NetglassError):
    """The engine below (DuckDB, the file system) could not do what was asked."""

    exit_code = 2


class LabError(NetglassError):
    """The lab refused or could not run."""

    exit_code = 2
