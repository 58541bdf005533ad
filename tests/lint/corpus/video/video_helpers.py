import cv2


def read_annotation(path):
    rows = []
    with open(path) as f:
        for line in f:
            name, label = line.strip().rsplit(' ', 1)
            rows.append((name, int(label)))
    return rows


def frames_of(path):
    cap = cv2.VideoCapture(path)
    out = []
    ok, frame = cap.read()
    while ok:
        out.append(frame)
        ok, frame = cap.read()
    return out


def load_clips(rows):
    clips = []
    for path, label in rows:
        clips.append((frames_of(path), label))
    return clips
