from __future__ import annotations

from django.contrib.staticfiles.apps import StaticFilesConfig


class AssetsConfig(StaticFilesConfig):
    """Leaves out the parts that ``build_assets`` joins into css/site.css: only the whole is served."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "css/components/*.css"]
