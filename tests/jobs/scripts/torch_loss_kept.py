"""The data is fine; the loop keeps each loss with its graph."""
import torch
from torch.utils.data import DataLoader, Dataset


class Signals(Dataset):
    def __len__(self):
        return 1200

    def __getitem__(self, i):
        g = torch.Generator().manual_seed(i)
        return torch.randn(4096, generator=g), torch.tensor([i / 1200])


train_loader = DataLoader(Signals(), batch_size=20)
model = torch.nn.Sequential(torch.nn.Linear(4096, 64), torch.nn.ReLU(), torch.nn.Linear(64, 1))
optimizer = torch.optim.Adam(model.parameters())
loss_fn = torch.nn.MSELoss()

losses = []
for epoch in range(3):
    total_loss = 0
    for batch_idx, (data, target) in enumerate(train_loader):
        optimizer.zero_grad()
        output = model(data)
        loss = loss_fn(output, target)
        loss.backward(retain_graph=True)
        optimizer.step()
        losses.append(loss)
        total_loss += loss
    print(f"epoch {epoch}: {total_loss / len(train_loader)}")
