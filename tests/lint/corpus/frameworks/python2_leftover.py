import cPickle


def old_gen(paths):
    for p in paths:
        print "reading", p
        yield cPickle.load(open(p, "rb"))
