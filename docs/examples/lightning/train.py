import sys
from pathlib import Path

import lightning
import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset


class Photos(Dataset):
    def __init__(self, paths):
        self.images = [torch.from_numpy(np.array(Image.open(path))) for path in paths]

    def __len__(self):
        return len(self.images)

    def __getitem__(self, number):
        return self.images[number] / 255


class PhotoData(lightning.LightningDataModule):
    def __init__(self, folder):
        super().__init__()
        self.folder = folder

    def setup(self, stage):
        self.photos = Photos(sorted(Path(self.folder).glob("*.jpg")))

    def train_dataloader(self):
        return DataLoader(self.photos, batch_size=20, shuffle=True)


class Model(lightning.LightningModule):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(256 * 256 * 3, 1)

    def training_step(self, images):
        return self.layer(images.flatten(1)).mean()

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.001)


if __name__ == "__main__":
    folder = sys.argv[1] if len(sys.argv) > 1 else "photos"
    trainer = lightning.Trainer(max_epochs=10, accelerator="cpu")
    trainer.fit(Model(), datamodule=PhotoData(folder))
