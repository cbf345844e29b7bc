"""Makes the sheets that only an office program writes: ``python -m tests.intake.corpus.fixtures`` (needs LibreOffice)."""

import subprocess
import tempfile
from pathlib import Path

from tests.intake.corpus import CASES
from tests.intake.corpus.grid import xlsx
from tests.intake.corpus.saving import FILES, FOR_OFFICE


def make() -> None:
    """Writes all of ``files/`` anew; WPS keeps its .et in the format of .xls."""
    FILES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for target in ("xls", "ods"):
            sources = []
            for name in (case.name for case in CASES if case.name in FOR_OFFICE):
                form, grids = FOR_OFFICE[name]
                if (target == "ods") == form.endswith("ods"):
                    source = Path(folder) / f"{name}.xlsx"
                    source.write_bytes(xlsx(*grids))
                    sources.append(source)
            subprocess.run(["soffice", "--headless", "--convert-to", target, "--outdir", folder, *sources], check=True)
            for source in sources:
                ending = FOR_OFFICE[source.stem][0].rpartition(".")[2]
                (FILES / f"{source.stem}.{ending}").write_bytes(source.with_suffix(f".{target}").read_bytes())


if __name__ == "__main__":
    make()
