#!/usr/bin/env python
"""Django's command-line entry point."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "appraisal_site.settings")
    try:
        from django.core.management import execute_from_command_line  # noqa: PLC0415  to say what to do without it
    except ImportError:
        sys.exit(
            "Django is not installed for this Python. Run `make demo` first, then use .venv/bin/python manage.py …, "
            "or activate the environment with `. .venv/bin/activate`."
        )
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
