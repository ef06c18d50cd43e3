"""Competence of a whole population at once; needs the extra ``batch``, for polars."""

from kszclient.competence.columns.frame import FrameAnswer, resolve_frame

__all__ = ["FrameAnswer", "resolve_frame"]
