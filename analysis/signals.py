"""What the analysis tells the layers above it, inside the transaction that made it true.

Sent with `sender=AnalysisRun`.
result_shown: a run's result became the one its session shows. `run`, locked, with its session. A
receiver that fails is logged and takes no result with it.
"""

from django.dispatch import Signal

result_shown = Signal()
