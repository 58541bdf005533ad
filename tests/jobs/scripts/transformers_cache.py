"""Trainer over a data set that keeps each encoded text."""
import random

import torch
from torch.utils.data import Dataset
from transformers import BertConfig, BertForSequenceClassification, Trainer, TrainingArguments

MAX_LEN = 512


class ReviewDataset(Dataset):
    def __init__(self, texts, labels):
        self.texts = texts
        self.labels = labels
        self.encoded = {}

    def __len__(self):
        return len(self.texts)

    def encode(self, text):
        ids = [min(ord(c), 127) for c in text][:MAX_LEN]
        ids = ids + [0] * (MAX_LEN - len(ids))
        return {
            "input_ids": torch.tensor(ids),
            "attention_mask": torch.tensor([int(i > 0) for i in ids]),
            "token_type_ids": torch.zeros(MAX_LEN, dtype=torch.long),
        }

    def __getitem__(self, idx):
        if idx not in self.encoded:
            self.encoded[idx] = self.encode(self.texts[idx])
        item = dict(self.encoded[idx])
        item["labels"] = torch.tensor(self.labels[idx])
        return item


def main():
    random.seed(0)
    texts = ["".join(random.choices("abc def", k=60)) for _ in range(800)]
    train_dataset = ReviewDataset(texts, [i % 2 for i in range(800)])
    config = BertConfig(vocab_size=128, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16)
    model = BertForSequenceClassification(config)
    training_args = TrainingArguments(
        output_dir="out", num_train_epochs=3, per_device_train_batch_size=8, report_to="none", use_cpu=True
    )
    trainer = Trainer(model=model, args=training_args, train_dataset=train_dataset)
    trainer.train()


if __name__ == "__main__":
    main()
