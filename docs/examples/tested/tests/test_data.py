import pytest

from shop.data import train_gen


@pytest.mark.genaudit(growth="64KiB/batch", scaling="constant", batches=20)
def test_train_gen(image_paths):
    return train_gen(image_paths, batch_size=32)


def test_by_hand(genaudit, image_paths):
    report = genaudit.run("shop.data:train_gen(batch_size=8)", arguments={"image_paths": image_paths}, peak="1GiB")
    assert report.ok
