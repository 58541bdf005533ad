from data import Loader


def make_gen(root):
    return Loader(root).flow()


def main():
    for epoch in range(3):
        for batch in make_gen("train"):
            print(len(batch))


if __name__ == "__main__":
    main()
