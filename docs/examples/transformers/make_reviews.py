"""Makes the texts that the examples train on: 20,000 lines of JSON, in reviews.jsonl."""

import json
import random
from pathlib import Path

words = [f"word{number}" for number in range(500)]
random.seed(0)
with Path("reviews.jsonl").open("w", encoding="utf-8") as file:
    for number in range(20_000):
        print(json.dumps({"text": " ".join(random.choices(words, k=100)), "label": number % 2}), file=file)
