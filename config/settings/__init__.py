"""Settings by concern; each module reads its own environment variables (see .env.example)."""

from config.settings.base import *
from config.settings.apps import *
from config.settings.database import *
from config.settings.queue import *
from config.settings.storage import *
from config.settings.auth import *
from config.settings.audit import *
from config.settings.api import *
from config.settings.mail import *
from config.settings.limits import *
from config.settings.engines import *
from config.settings.llm import *
from config.settings.security import *
from config.settings.observability import *
