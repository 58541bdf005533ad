import argparse

import numpy as np

import genaudit


def batches(table, size=32):
    for at in range(0, len(table), size):
        yield table[at : at + size] * 2.0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--limit", type=int, default=10_000)
    table = np.random.rand(parser.parse_args().limit, 512)
    for epoch in range(3):
        for batch in genaudit.source(batches(table)):
            ...  # a step


if __name__ == "__main__":
    main()
