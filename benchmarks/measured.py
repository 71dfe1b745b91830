"""`python -IS measured.py COMMAND …`: run a command and print its processor seconds and greatest memory in MB.

A process inherits the memory mark of the one that starts it, so the one that measures has to be small.
"""

import os
import sys


def main(command: list[str]) -> int:
    silent = os.open(os.devnull, os.O_WRONLY)
    actions = [(os.POSIX_SPAWN_DUP2, silent, 1), (os.POSIX_SPAWN_DUP2, silent, 2)]
    process = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
    _, status, usage = os.wait4(process, 0)
    print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
