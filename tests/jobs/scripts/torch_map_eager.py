"""The data set of a course: everything is loaded in __init__."""
import argparse
import os

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class NumpyFolder(Dataset):
    def __init__(self, root, transform=None):
        self.transform = transform
        self.samples = []
        for fname in sorted(os.listdir(root)):
            arr = np.load(os.path.join(root, fname))
            self.samples.append((torch.from_numpy(arr).permute(2, 0, 1).float() / 255, len(fname) % 2))

    def __len__(self):
        return len(self.samples)

    def __getitem__(self, idx):
        image, label = self.samples[idx]
        if self.transform:
            image = self.transform(image)
        return image, label


def train_one_epoch(model, loader, optimizer, criterion, device):
    model.train()
    running = 0.0
    for inputs, targets in loader:
        inputs, targets = inputs.to(device), targets.to(device)
        optimizer.zero_grad()
        loss = criterion(model(inputs), targets)
        loss.backward()
        optimizer.step()
        running += loss.item()
    return running / len(loader)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=str, required=True)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--epochs", type=int, default=2)
    args = parser.parse_args()

    device = "cuda" if torch.cuda.is_available() else "cpu"
    train_loader = DataLoader(NumpyFolder(args.data), batch_size=args.batch_size, shuffle=True)
    model = nn.Sequential(nn.Flatten(), nn.Linear(64 * 64 * 3, 2)).to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
    for epoch in range(args.epochs):
        print(epoch, train_one_epoch(model, train_loader, optimizer, nn.CrossEntropyLoss(), device))


if __name__ == "__main__":
    main()
