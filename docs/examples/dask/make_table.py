"""Makes the table that the scripts read: 20,000 rows of 512 numbers, in table.npy."""

import numpy as np

np.save("table.npy", np.random.default_rng(0).random((20_000, 512), dtype="float32"))
