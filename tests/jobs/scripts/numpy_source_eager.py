"""A softmax regression in numpy, with the loop marked for genaudit."""
import argparse
import pathlib

import numpy as np

import genaudit


def load_data(folder, limit):
    files = sorted(pathlib.Path(folder).glob("*.npy"))[:limit]
    return np.stack([np.load(f).ravel() for f in files]) / 255.0


def iterate_minibatches(inputs, targets, batchsize, shuffle=False):
    assert len(inputs) == len(targets)
    indices = np.arange(len(inputs))
    if shuffle:
        np.random.shuffle(indices)
    for start_idx in range(0, len(inputs) - batchsize + 1, batchsize):
        excerpt = indices[start_idx : start_idx + batchsize]
        yield inputs[excerpt], targets[excerpt]


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--limit", type=int, default=None)
    parser.add_argument("--lr", type=float, default=0.01)
    opts = parser.parse_args(argv)

    X = load_data(opts.folder, opts.limit)
    y = np.random.randint(0, 10, len(X))
    W = np.zeros((X.shape[1], 10))
    for epoch in range(5):
        for xb, yb in genaudit.source(iterate_minibatches(X, y, 16, shuffle=True)):
            p = np.exp(xb @ W)
            p /= p.sum(1, keepdims=True)
            p[np.arange(len(yb)), yb] -= 1
            W -= opts.lr * xb.T @ p / len(yb)


if __name__ == "__main__":
    main()
