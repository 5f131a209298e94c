"""Long work: asked for by a page, done by the queue worker, followed on a page of its own."""

from sagsbarometer.web.jobs.asking import ask
from sagsbarometer.web.jobs.kinds import Stopped, Tell, kind

__all__ = ["Stopped", "Tell", "ask", "kind"]
