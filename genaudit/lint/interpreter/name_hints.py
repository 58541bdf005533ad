"""What names suggest. Names mislead, so they only ever make the audit more careful, or name a batch a batch."""

from __future__ import annotations

import ast
import re

_NARROW = re.compile(
    r"(^|_)(batch|minibatch|chunk|shard|bs|idx|idxs|index|indexes|indices|item|key|uid|i|k|window|buffer|capacity|prefetch"
    r"|queue|workers?|threads?|steps?|seq_len|seq_length|bptt|n_steps|timesteps)(_|s?$)|batch",
    re.IGNORECASE,
)
_VERB = re.compile(r"(read|load|parse|decode|rd(samp|record))(?![a-z]*(line|er|ing|able|y)s?$)\w*$")
_NO_DATA = re.compile(
    r"model|marshal|weight|token|vocab|config|cfg|state|checkpoint|ckpt|embed|vectors?$|word2vec|parser|pars(e_)?args|json|xml|html"
    r"|yaml|toml|hub|nltk|spacy|gensim|transformers|hydra|omegaconf|dotenv|sentencepiece|datetime|date|dateutil|urllib|url"
    r"|version|label|meta|header|annot|calib|importlib|ctypes|dll|ast\.|shlex|email|argparse|sys\.|os\.|re\.|plugin|font"
    r"|scaler|encoder|extension|module|struct|binascii|base64|codecs|zlib|pkgutil|locale|sklearn|fetch|dataset|info|size"
    r"|env|path|names?$|ids?$|list$|index|infer|onnx|saved|params?|settings?|setup|schema|types?$|flags?|rules?|dict|lexicon"
)
_SEVERAL = re.compile(
    r"n|k|m|num|count|times|keys|items|indices|indexes|idxs|uids|windows|chunks|shards", re.IGNORECASE
)
_COUNT = re.compile(
    r"(images?|samples?|items?|files?|examples?|records?|rows|data|dataset|total)(_?(size|count))?$", re.IGNORECASE
)
_SMALL = re.compile(
    r"label|target|(^|_)y(_|s?$)|(^|_)ids?(_|$)|names?($|_)|index|indices|indexes|split|anno|meta|class|categor|vocab|mean"
    r"|std(_|$)|stat|box|coord|config|cfg|param|mapping|(^|_)map($|_)|lookup|2i|i2|2id|id2|to_i|idx|2word|word2|tok2|token_?to"
    r"|emb|glove|vec(s|tors)?($|_)"
    r"|weight|calib|pose|palette|colou?r|scaler|norm|offset|manifest|file_?list|list_?file|filelist|paths?($|_)|files?$|fold"
    r"|caption_?ids|lengths?|sizes?|schema|header|info|state|checkpoint|ckpt|model|encoder|tokenizer|dictionary|lexicon"
    r"|stop_?words|alphabet|charset|ontology|hierarchy|gt_?db|roidb|listing|keys",
    re.IGNORECASE,
)
_OPT_IN = re.compile(
    r"preload|(^|_)cache|in_?mem|in_?ram|(^|_)ram($|_)|load_?all|load_?into|eager|keep_?in|full_?load|pre_?fetch_?all",
    re.IGNORECASE,
)
_LAZY_FLAG = re.compile(r"lazy|on_?the_?fly|on_?demand|stream", re.IGNORECASE)
_LOADER = re.compile(
    r"^_*(?!.*(paths|names?|ids?|list|files|info|sizes?|shapes?|counts?|labels?|urls?|meta\w*|index|num|dirs?|folders?"
    r"|transforms?|loaders?|class(es)?|types?|models?|fn|processor|format|config)$)(imread\w*|(load|read|open|get|decode|fetch|parse|import)_*(an?_|one_|single_|the_|raw_|nii_|dicom_|rgb_|gray_)*"
    r"(image|img|im|volume|vol|nifti|nii|wav|audio|waveform|sound|dicom|dcm|frame|video|clip|tiff?|cube|scan|mask|pic"
    r"|picture|spectrogram|mel|npy|npz|array|slice|patch|mri|ct|sample_data|photo|jpe?g|png|pcd|pointcloud|point_cloud)s?"
    r"((?-i:[_A-Z]).*)?)$",
    re.IGNORECASE,
)
_READING = re.compile(
    r"load|read|open|imread|decode|fetch|(^|_)get(_|$)|__getitem__|default_loader|loader", re.IGNORECASE
)
_SMALL_RESULT = re.compile(
    r"^(len|shape|size|mean|std|var|sum|min|max|any|all|count\w*|ndim|dtype|int|float|bool|isinstance|issubclass|hasattr"
    r"|id|hash|type|print|argmax|argmin|median|percentile|quantile|ptp|prod|bincount|histogram|nunique|unique|exists"
    r"|isfile|isdir|getsize|is_\w+|has_\w+|check\w*|valid\w*|verify\w*|md5|sha1|sha256|hexdigest|index|find|startswith"
    r"|endswith|isnull|isna|log|info|debug|warning|warn|error|format|repr|getbbox|get_label\w*|label\w*|num_\w+|n_\w+"
    r"|getshape|get_shape|get_size|duration|get_duration|get_frame_rate|argsort|digest|item|value_counts|describe"
    r"|get_loc|isalpha|isdigit|issubset|random|uniform|bbox\w*|sizeof|getsizeof|norm|allclose|array_equal|isnan"
    r"|getbands|tell|fileno|crc32|average|nanmean|nanstd|entropy|corrcoef)$"
)


_POINTER = re.compile(
    r"(^|_)(sub)?(path|file|fname|filename|dirname|folder|uri|url|wav|uid|guid|uuid|vid|href)s?(_|$)"
    r"|(^|_)(video|image|img|clip|audio|utt|sample|case|patient|subject|scan)_?(id|name|key|no|num)s?(_|$)|^ids?$",
    re.IGNORECASE,
)
_INSIDE = re.compile(r"_(contents?|data|text|lines|bytes|json|obj(ect)?|rows|records?)$", re.IGNORECASE)
"""Endings of names for what is in a file: ``file_content``."""
_MEDIUM_NAME = re.compile(
    r"(^|_)(video|image|img|clip|audio|utt|wav|frame)_?(id|name|path|file|fn|filename)s?$", re.IGNORECASE
)
_RECORD = re.compile(
    r"^(ids?|key)$|(^|_)(uid|guid|uuid)s?$|(^|_)(sample|case|patient|subject|doc(ument)?|pm|question)_?(id|name|key|no|num)s?$",
    re.IGNORECASE,
)
_PROSE = re.compile(
    r"(^|_)(text|sentence|abstract|title|question|answer|passage|summary|utterance|body|document|context|response|review"
    r"|comment|tweet|dialog|dialogue)s?$",
    re.IGNORECASE,
)
_MEDIUM = re.compile(r"^(image|img|video|audio|wav|clip|mask|frame|picture)s?$", re.IGNORECASE)
_ENCODER = re.compile(
    r"token|encode|vocab|bpe|(^|_)tok($|_)|^get$|numericalize|2id|2ids|to_ids|embed|lookup", re.IGNORECASE
)


_LOCATES = re.compile(
    r"(^|_)(paths?|files?|filename|url|uri|cached|download\w*|extract|expanduser|expandvars|abspath|realpath|normpath"
    r"|resolve|absolute|fspath|as_posix|locate)(_|$)",
    re.IGNORECASE,
)
_FILE_SYSTEM = re.compile(
    r"(^|\.)(\w*Path\w*|\w*_path|file_?io\w*|\w*FileSystem\w*|\w*fs|gfile|\w*storage\w*)(\(\))?\.open$", re.IGNORECASE
)


def locates(name: str) -> bool:
    """Whether a call by this name gives the place of what it is given the name of: ``cached_path``, ``download``."""
    return _LOCATES.search(name) is not None


def opens_files(dotted: str) -> bool:
    """Whether a library's ``open`` is that of a file system, by the name of what it belongs to."""
    return _FILE_SYSTEM.search(dotted) is not None


def points(name: str) -> bool:
    """Whether a name says that its value names something elsewhere: a file, an item by its number."""
    return _POINTER.search(name) is not None and not _INSIDE.search(name)


def points_as_key(name: str) -> bool:
    """The same for a column of a table or a key of a record: there an ``image`` is the name of one."""
    word = name.replace("/", "_").replace("-", "_")
    return points(word) or _MEDIUM.search(word) is not None


def names_record(name: str) -> bool:
    """Whether a key says the name of its own record, which tables of texts have as well as indexes."""
    return _RECORD.search(name) is not None


_LINK = re.compile(r"(^|_)(url|uri|href|link)s?$", re.IGNORECASE)


_VOCABULARY = re.compile(
    r"vocab|(^|_)dict$|alphabet|token_?i[sz]er|embeddings?(_|$)|(word|pretrained|glove)_?vectors?",
    re.IGNORECASE,
)
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def says_vocabulary(name: str) -> bool:
    """Whether a function or class says by its name that it has to do with a vocabulary: as large as a language."""
    return _VOCABULARY.search(_HUMPS.sub("_", name)) is not None


def links(name: str) -> bool:
    """Whether a key says an address on the web: of what is elsewhere, or where the text beside it is from."""
    return _LINK.search(name) is not None


def names_medium(name: str) -> bool:
    """Whether a name says the name of a picture, video or sound: a record with it says what lies elsewhere."""
    return _MEDIUM_NAME.search(name) is not None


_EXAMPLES = re.compile(
    r"(^|_)(examples?|samples?|batch(es)?|minibatch(es)?|instances?|sentences?|documents?|reviews?|setup_data)(_|$)|^_read$"
    r"|^data_?(gen|generator|iter|iterator|loader)$",
    re.IGNORECASE,
)


def says_examples(name: str) -> bool:
    """Whether a generator by this name hands out what a model is trained with."""
    return _EXAMPLES.search(name) is not None


_ALL_EXAMPLES = re.compile(r"^(get|read|load)_(\w+_)?examples$")


def gives_all_examples(name: str) -> bool:
    """Whether a method by this name returns every example there is: ``get_train_examples``."""
    return _ALL_EXAMPLES.search(name) is not None


_FILLS = re.compile(
    r"^_*(load|read|import|prepare|build|set_?up|fill|populate|gather|collect|create|make|generate|decode|fetch|parse"
    r"|process|ingest|extract|synthesi[sz]e)(?![a-z])",
    re.IGNORECASE,
)


def fills(name: str) -> bool:
    """Whether a method by this name fills its object with what iterating over it needs."""
    return _FILLS.search(name) is not None and not opt_in(name)


_OTHER_WORK = re.compile(
    r"^__|^_*(add|append|push|put|update|store|save|write|log|reset|clear|cache|close|stop|on_|end|show|plot|print|test"
    r"|check|eval|train|fit|score|predict|preload|shuffle|export|dump|download)",
    re.IGNORECASE,
)


def may_fill(name: str) -> bool:
    """Whether nothing in a method's name speaks against its filling the object."""
    return _OTHER_WORK.search(name) is None and not opt_in(name)


def says_prose(name: str) -> bool:
    """Whether a name says running text, which no index holds."""
    return _PROSE.search(name) is not None


def encodes(name: str) -> bool:
    """Whether a call by this name turns words into numbers."""
    return _ENCODER.search(name) is not None


def narrow(name: str) -> bool:
    """Whether a name says one item, one batch, or a number of them."""
    return _NARROW.search(name) is not None


_NUMBER = re.compile(r"(^|_)(i|idx|index|item|number|no)$", re.IGNORECASE)


def numbers_item(name: str) -> bool:
    """Whether a name says the number of one item."""
    return _NUMBER.search(name) is not None


_SPLIT = re.compile(r"(^|_)(split|mode|phase|subset|partition|stage|fold|set|part)(_?name)?$", re.IGNORECASE)


def names_split(name: str) -> bool:
    """Whether a name says one of the splits of a data set, each of which is a data set of its own."""
    return _SPLIT.search(name) is not None


def several(name: str) -> bool:
    """Whether a name says a number, indices or keys: those of a batch, or of all there is."""
    return _SEVERAL.fullmatch(name) is not None


def counts(name: str) -> bool:
    """Whether a name may say how many items there are."""
    return _COUNT.search(name) is not None


def small(name: str) -> bool:
    """Whether a name says labels, names or settings."""
    return _SMALL.search(name) is not None


def opt_in(name: str) -> bool:
    """Whether a name says that the user asks for the data in memory."""
    return _OPT_IN.search(name) is not None


def lazy_flag(name: str) -> bool:
    """Whether a name says that the user asks for reading on demand."""
    return _LAZY_FLAG.search(name) is not None


def loads_item(name: str) -> bool:
    """Whether a function that is not in the run must, by its name, return decoded content."""
    return _LOADER.search(name) is not None


def reads_with(dotted: str) -> bool:
    """Whether a library's function reads content by its verb, and is not known to load a model or settings."""
    return _VERB.match(dotted.rpartition(".")[2]) is not None and _NO_DATA.search(dotted) is None


def reads(name: str) -> bool:
    """Whether a call by this name may read a file."""
    return _READING.search(name) is not None


def small_result(name: str) -> bool:
    """Whether a call or attribute by this name gives a number or a few."""
    return _SMALL_RESULT.search(name) is not None


_JOINERS = frozenset(
    "concatenate append vstack hstack dstack stack r_ concat cat column_stack row_stack insert".split()
)


def joins(source: ast.Call | ast.IfExp) -> bool:
    """Whether an expression puts arrays together, on either branch."""
    if isinstance(source, ast.IfExp):
        return any(isinstance(part, ast.Call) and joins(part) for part in (source.body, source.orelse))
    function = source.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in _JOINERS
