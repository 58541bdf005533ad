"""A loader thread that reads ahead into a queue without a limit."""
import queue
import tempfile
import threading

import numpy as np
import torch


class BackgroundLoader:
    def __init__(self, files, batch_size):
        self.files = files
        self.batch_size = batch_size
        self.q = queue.Queue()

    def _fill(self):
        for i in range(0, len(self.files), self.batch_size):
            arrays = [np.load(f) for f in self.files[i : i + self.batch_size]]
            self.q.put(torch.from_numpy(np.stack(arrays)).float())
        self.q.put(None)

    def __iter__(self):
        threading.Thread(target=self._fill, daemon=True).start()
        while True:
            batch = self.q.get()
            if batch is None:
                return
            yield batch


root = tempfile.mkdtemp()
files = []
for i in range(400):
    files.append(f"{root}/{i}.npy")
    np.save(files[-1], np.random.randint(0, 255, (3, 64, 64), dtype="uint8"))

loader = BackgroundLoader(files, 8)
model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(3 * 64 * 64, 1))
opt = torch.optim.SGD(model.parameters(), lr=1e-4)
for epoch in range(2):
    for x in loader:
        loss = model(x / 255).pow(2).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
