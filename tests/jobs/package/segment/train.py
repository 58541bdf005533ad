"""python -m segment.train"""
import argparse

import torch

from .data import tiles


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--pictures", type=int, default=240)
    parser.add_argument("--tile", type=int, default=32)
    args = parser.parse_args()
    model = torch.nn.Conv2d(3, 1, 3)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
    for epoch in range(2):
        for batch in tiles(range(args.pictures), args.tile, 12):
            x = torch.from_numpy(batch).permute(0, 3, 1, 2)
            loss = model(x).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


if __name__ == "__main__":
    main()
