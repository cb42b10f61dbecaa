"""For the container: whether the web server answers, asked under a host name that it accepts."""

from __future__ import annotations

import os
import re
import sys
from urllib.request import Request, urlopen

host = re.split(r"[,\s]+", os.environ["ALLOWED_HOSTS"].strip())[0].lstrip(".")
request = Request(f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/healthz", headers={"Host": host})
with urlopen(request, timeout=4) as response:
    sys.exit(response.status != 200)
