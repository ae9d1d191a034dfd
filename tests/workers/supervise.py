"""`python -m tests.workers.supervise`: a real supervisor whose workers have the test engines."""

import sys

import django

if __name__ == "__main__":
    django.setup()
    from workers.supervisor import Supervisor

    sys.exit(Supervisor(["io", "cpu", "gpu"], module="tests.workers.boot").run())
