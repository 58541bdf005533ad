"""Lines of a text file by an IterableDataset that shares them out to its workers."""
import os
import random
import tempfile

import torch
from torch.utils.data import DataLoader, IterableDataset, get_worker_info


class LineDataset(IterableDataset):
    def __init__(self, path, max_len=256):
        self.path = path
        self.max_len = max_len

    def __iter__(self):
        info = get_worker_info()
        n, k = (1, 0) if info is None else (info.num_workers, info.id)
        with open(self.path) as f:
            for i, line in enumerate(f):
                if i % n != k:
                    continue
                ids = [ord(c) % 128 for c in line.strip()[: self.max_len]]
                ids += [0] * (self.max_len - len(ids))
                yield torch.tensor(ids)


if __name__ == "__main__":
    path = os.path.join(tempfile.mkdtemp(), "corpus.txt")
    with open(path, "w") as f:
        for _ in range(4000):
            f.write("".join(random.choices("abcdefgh ", k=300)) + "\n")

    loader = DataLoader(LineDataset(path), batch_size=32, num_workers=2)
    emb = torch.nn.Embedding(128, 16)
    head = torch.nn.Linear(16, 128)
    opt = torch.optim.AdamW([*emb.parameters(), *head.parameters()], lr=3e-4)
    for epoch in range(2):
        for ids in loader:
            logits = head(emb(ids[:, :-1]))
            loss = torch.nn.functional.cross_entropy(logits.reshape(-1, 128), ids[:, 1:].reshape(-1))
            loss.backward()
            opt.step()
            opt.zero_grad()
