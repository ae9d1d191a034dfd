"""One machine, one command: set-up, embedded services and the supervisor behind bin/*.

Standard library only: this runs before the virtual environment is complete.
"""
