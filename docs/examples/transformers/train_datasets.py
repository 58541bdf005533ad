import datasets
from transformers import BertConfig, BertForSequenceClassification, Trainer, TrainingArguments


def encode(rows):
    """Stands for a tokenizer: the number of each word, 128 of them."""
    rows["input_ids"] = [[int(word[4:]) for word in text.split()] + [0] * 28 for text in rows["text"]]
    return rows


reviews = datasets.load_dataset("json", data_files="reviews.jsonl", split="train")
reviews = reviews.map(encode, batched=True, remove_columns="text").rename_column("label", "labels")
reviews = reviews.with_format("torch")

config = BertConfig(vocab_size=500, hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32)
model = BertForSequenceClassification(config)
arguments = TrainingArguments("out", per_device_train_batch_size=64, num_train_epochs=3, use_cpu=True, report_to="none")
Trainer(model, arguments, train_dataset=reviews).train()
