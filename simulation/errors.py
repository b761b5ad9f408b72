"""What goes wrong in a simulation on purpose: each message is one sentence of cause and remedy."""

from relayer.errors import RelayerError


class SimulationError(RelayerError):
    """Base of the errors of simulations and plans."""


class DatasetError(SimulationError):
    """A dataset is missing, malformed or too small."""


class ParameterError(SimulationError):
    """A simulation cannot be run with these parameters.

    Args:
        message: cause and remedy.
        name: of the parameter that is to be corrected; None: it is not one alone.
    """

    def __init__(self, message: str, name: str | None = None) -> None:
        super().__init__(message)
        self.name = name


class ReportError(SimulationError):
    """A report cannot be written."""


class ReplayError(SimulationError):
    """A run cannot be replayed on a chain."""
