"""Frozen data types of an audit, and their JSON both ways. Nothing here reads a clock, a file or a process."""

from genaudit.model.catalogue import Source
from genaudit.model.limits import Limits
from genaudit.model.outcome import EvidenceKind, Interval, Level, Location, Outcome, RunVerdict, Verdict
from genaudit.model.recording import Recording, Request, Trial
from genaudit.model.report import Report
from genaudit.model.rule import Rule, RuleInfo, rule

__all__ = [
    "EvidenceKind",
    "Interval",
    "Level",
    "Limits",
    "Location",
    "Outcome",
    "Recording",
    "Report",
    "Request",
    "Rule",
    "RuleInfo",
    "RunVerdict",
    "Source",
    "Trial",
    "Verdict",
    "rule",
]
