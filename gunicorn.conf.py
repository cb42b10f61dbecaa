"""gunicorn as we ship it: threads, because a request mostly waits for the database. Every number is a variable."""

from __future__ import annotations

import os

pythonpath = "site,."
wsgi_app = "belonging.wsgi:application"
bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 30
graceful_timeout = 20
keepalive = 5
max_requests = 5000
max_requests_jitter = 500
accesslog = None  # the access log would hold addresses of people; the proxy in front keeps what law asks for
errorlog = "-"
control_socket_disable = True
