import json

import torch
from torch.utils.data import Dataset
from transformers import BertConfig, BertForSequenceClassification, Trainer, TrainingArguments


def encode(text):
    """Stands for a tokenizer: the number of each word, 128 of them."""
    return torch.tensor([int(word[4:]) for word in text.split()] + [0] * 28)


class Reviews(Dataset):
    def __init__(self, path):
        self.rows = []
        with open(path) as file:
            for line in file:
                row = json.loads(line)
                self.rows.append({"input_ids": encode(row["text"]), "labels": row["label"]})

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, number):
        return self.rows[number]


config = BertConfig(vocab_size=500, hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32)
model = BertForSequenceClassification(config)
arguments = TrainingArguments("out", per_device_train_batch_size=64, num_train_epochs=3, use_cpu=True, report_to="none")
Trainer(model, arguments, train_dataset=Reviews("reviews.jsonl")).train()
