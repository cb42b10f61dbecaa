from belonging.framework.models.indicator import Indicator, Level, Mapping, SuggestedAction, Wording
from belonging.framework.models.version import Framework, Layer, PublishedIsReadOnly, Strand

__all__ = [
    "Framework",
    "Indicator",
    "Layer",
    "Level",
    "Mapping",
    "PublishedIsReadOnly",
    "Strand",
    "SuggestedAction",
    "Wording",
]
