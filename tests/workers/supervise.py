"""`python -m tests.workers.supervise`: a real supervisor whose workers have the test engines."""

import sys

import django

if __name__ == "__main__":
    django.setup()
    from workers.supervisor import Supervisor

    processes = int(sys.argv[-1]) if "--processes" in sys.argv else 1
    sys.exit(Supervisor(["io", "cpu", "gpu"], processes, module="tests.workers.boot").run())
