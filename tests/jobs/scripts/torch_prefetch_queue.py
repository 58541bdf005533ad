"""Nothing is kept, but so many large batches wait in the queue of the workers."""
import torch
from torch.utils.data import DataLoader, Dataset


class Volumes(Dataset):
    def __init__(self, n=160):
        self.n = n

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        return torch.full((1, 64, 64, 32), float(i)), i % 2


def main():
    loader = DataLoader(Volumes(), batch_size=4, num_workers=2, prefetch_factor=8)
    model = torch.nn.Sequential(torch.nn.AvgPool3d(8), torch.nn.Flatten(), torch.nn.Linear(256, 2))
    optim = torch.optim.SGD(model.parameters(), lr=0.01)
    for epoch in range(2):
        for volume, label in loader:
            optim.zero_grad()
            torch.nn.functional.cross_entropy(model(volume), label).backward()
            optim.step()


if __name__ == "__main__":
    main()
