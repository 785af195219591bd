"""Score JSON Lines with datatrove and set aside what is machine-translated.

    python score_with_datatrove.py IN OUT

IN is a folder of files with the texts in "text". OUT gets kept/, machine/ and logs/. Run it again
after a crash: tasks that are done are skipped.
"""

from __future__ import annotations

import sys

from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter

from mtdetect.datatrove import MachineTranslationFilter


def pipeline(pages: str, out: str) -> LocalPipelineExecutor:
    """Two processes, a task for each file. On Slurm: SlurmPipelineExecutor, with the same steps."""
    return LocalPipelineExecutor(
        [
            JsonlReader(pages),
            MachineTranslationFilter(0.99, JsonlWriter(f"{out}/machine", compression=None)),
            JsonlWriter(f"{out}/kept", compression=None),
        ],
        tasks=3,
        workers=2,
        logging_dir=f"{out}/logs",
    )


if __name__ == "__main__":  # the processes import this file again
    pipeline(sys.argv[1], sys.argv[2]).run()
