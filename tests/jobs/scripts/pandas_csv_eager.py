"""A table with read_csv, and minibatches of it, the last column the target."""
import argparse

import numpy as np
import pandas as pd
import torch


def batches(df, batch_size):
    order = np.random.permutation(len(df))
    for start in range(0, len(df), batch_size):
        rows = df.iloc[order[start : start + batch_size]]
        yield (
            torch.tensor(rows.iloc[:, :-1].values, dtype=torch.float32),
            torch.tensor(rows.iloc[:, -1].values, dtype=torch.float32),
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--csv")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--batch_size", type=int, default=64)
    opt = parser.parse_args()

    df = pd.read_csv(opt.csv)
    model = torch.nn.Linear(df.shape[1] - 1, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
    for epoch in range(opt.epochs):
        for x, y in batches(df, opt.batch_size):
            optimizer.zero_grad()
            loss = torch.nn.functional.mse_loss(model(x).squeeze(1), y)
            loss.backward()
            optimizer.step()
