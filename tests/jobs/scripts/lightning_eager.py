"""Lightning with a data module that reads all of its files in setup()."""
import tempfile
from pathlib import Path

import lightning as L
import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset


class Scans(Dataset):
    def __init__(self, paths):
        self.volumes = [np.load(p) for p in paths]

    def __len__(self):
        return len(self.volumes)

    def __getitem__(self, i):
        return torch.from_numpy(self.volumes[i]).float(), torch.tensor(i % 2)


class ScanModule(L.LightningDataModule):
    def __init__(self, root, batch_size=8):
        super().__init__()
        self.root = Path(root)
        self.batch_size = batch_size

    def setup(self, stage=None):
        paths = sorted(self.root.glob("*.npy"))
        self.train_set = Scans(paths[:-20])
        self.val_set = Scans(paths[-20:])

    def train_dataloader(self):
        return DataLoader(self.train_set, batch_size=self.batch_size, shuffle=True)

    def val_dataloader(self):
        return DataLoader(self.val_set, batch_size=self.batch_size)


class Classifier(L.LightningModule):
    def __init__(self):
        super().__init__()
        self.net = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(32 * 32 * 16, 2))

    def training_step(self, batch, batch_idx):
        x, y = batch
        loss = torch.nn.functional.cross_entropy(self.net(x), y)
        self.log("train_loss", loss)
        return loss

    def validation_step(self, batch, batch_idx):
        x, y = batch
        self.log("val_loss", torch.nn.functional.cross_entropy(self.net(x), y))

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=1e-3)


if __name__ == "__main__":
    root = tempfile.mkdtemp()
    for i in range(320):
        np.save(f"{root}/{i:03d}.npy", np.random.randint(0, 255, (32, 32, 16), dtype="uint8"))
    trainer = L.Trainer(max_epochs=2, accelerator="cpu", logger=False, enable_checkpointing=False)
    trainer.fit(Classifier(), datamodule=ScanModule(root))
