"""From a recording to a report: every rule is asked, the verdict drawn, the figures and the words put together."""
