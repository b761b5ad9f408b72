"""Reports of simulations: one page that stands alone, pictures, and the numbers as JSON."""

from simulation.report.progress import Progress, ProgressBar, untold
from simulation.report.writing import write_report

__all__ = ["Progress", "ProgressBar", "untold", "write_report"]
