"""What a house decides about itself once: its title, its time zone, whom to ask. Kept in DATA_DIR/site.json."""

import json
import os
from pathlib import Path

KEYS = ("title", "time_zone", "contact")


def read_site(folder: Path) -> dict[str, str]:
    """What was written down; an empty dict before the first `manage.py setup`."""
    path = folder / "site.json"
    if not path.is_file():
        return {}
    said = json.loads(path.read_text(encoding="utf-8"))
    return {key: str(said[key]) for key in KEYS if key in said}


def write_site(folder: Path, **said: str) -> None:
    """Change some of it; the file is whole at every moment. Servers read it when they start."""
    unknown = set(said) - set(KEYS)
    if unknown:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / f"site.json.{os.getpid()}"
    with draft.open("w", encoding="utf-8") as file:
        json.dump(read_site(folder) | said, file, ensure_ascii=False, indent=2)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / "site.json")
