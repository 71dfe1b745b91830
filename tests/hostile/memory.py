"""A process that looks at the worst there is and prints its greatest resident memory in KB; started by the test."""

import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PIL import Image

from evidence import files, looks
from evidence.refused import Refused
from tests.hostile.uploads import HOSTILE

LIMIT = 50 * 1024 * 1024


def worst() -> list[tuple[str, str, tuple[int, int], dict[str, object]]]:
    """Pictures just within the bounds: ending, mode, size and options."""
    return [
        ("png", "RGBA", (4_000, 4_000), {"compress_level": 1}),
        ("png", "P", (4_000, 4_000), {"compress_level": 1}),
        ("gif", "P", (4_000, 4_000), {}),
        ("png", "LA", (4_000, 4_000), {"compress_level": 1}),
        ("bmp", "RGB", (4_000, 4_000), {}),
        ("webp", "RGBA", (2_500, 2_000), {"lossless": True, "method": 0}),
        ("jpg", "RGB", (8_000, 7_000), {}),
        ("jpg", "RGB", (3_500, 4_000), {"progressive": True, "subsampling": 0}),
        ("jpg", "CMYK", (3_500, 3_000), {"progressive": True}),
        ("jpg", "RGB", (60_000, 990), {}),
    ]


def greatest() -> int:
    """KB of resident memory at the most, of this process alone: the kernel's other figure is inherited."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def main(folder: Path | None) -> None:
    if folder is not None:  # the second process: what was made by the first
        for path in sorted(folder.iterdir()):
            with path.open("rb") as stream:
                assert looks.read_look(stream, files.ending_of(path.name)).thumb
        for case in HOSTILE:
            try:
                kind = files.inspect(files.clean_name(case.name), BytesIO(case.content), len(case.content), limit=LIMIT)
                if kind == "image":
                    looks.read_look(BytesIO(case.content), files.ending_of(case.name))
            except (Refused, looks.Unreadable):
                continue
        print(greatest())
        return
    with tempfile.TemporaryDirectory() as made:
        for number, (ending, mode, size, options) in enumerate(worst()):
            Image.new(mode, size).save(Path(made) / f"{number}.{ending}", **options)
        done = subprocess.run([sys.executable, __file__, made], capture_output=True, text=True, check=False)
    sys.stderr.write(done.stderr)
    print(done.stdout.strip())
    raise SystemExit(done.returncode)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
