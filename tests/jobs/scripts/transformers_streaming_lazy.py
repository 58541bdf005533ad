"""datasets in streaming mode, tokenised on the way, under Trainer."""
import json
import os
import tempfile

from datasets import load_dataset
from transformers import GPT2Config, GPT2LMHeadModel, Trainer, TrainingArguments, default_data_collator

path = os.path.join(tempfile.mkdtemp(), "train.jsonl")
with open(path, "w") as f:
    for i in range(3000):
        f.write(json.dumps({"text": f"document {i} " + "lorem ipsum " * 60}) + "\n")

BLOCK = 128


def tokenize(example):
    ids = [b % 128 for b in example["text"].encode()][:BLOCK]
    return {"input_ids": ids, "labels": ids}


dataset = load_dataset("json", data_files={"train": path}, split="train", streaming=True)
dataset = dataset.map(tokenize, remove_columns=["text"]).shuffle(seed=1, buffer_size=200)

model = GPT2LMHeadModel(GPT2Config(vocab_size=128, n_positions=BLOCK, n_embd=16, n_layer=1, n_head=2))
args = TrainingArguments(
    output_dir=tempfile.mkdtemp(),
    max_steps=300,
    per_device_train_batch_size=8,
    report_to=[],
    use_cpu=True,
    save_strategy="no",
)
Trainer(model=model, args=args, train_dataset=dataset, data_collator=default_data_collator).train()
