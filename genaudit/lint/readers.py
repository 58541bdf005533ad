"""Calls that read data, by their full dotted name."""

from __future__ import annotations

import msgspec


class Reader(msgspec.Struct, frozen=True):
    """What a call reads.

    ``strong`` says that it can only be decoded content; a table, a pickle or a text may as well be an index.
    """

    family: str
    strong: bool


_IMAGE = Reader("image", True)
_ARRAY = Reader("array", True)
_SOUND = Reader("sound", True)
_VOLUME = Reader("volume", True)
_NUMBERS = Reader("numbers", False)
_TABLE = Reader("table", False)
_PICKLE = Reader("pickle", False)
_JSON = Reader("json", False)
_TEXT = Reader("text", False)


def _named(reader: Reader, names: str) -> dict[str, Reader]:
    return dict.fromkeys(names.split(), reader)


READERS: dict[str, Reader] = {
    **_named(
        _IMAGE,
        "cv2.imread cv2.imdecode imageio.imread imageio.v2.imread imageio.v3.imread imageio.volread imageio.mimread "
        "imageio.v2.volread imageio.v2.mimread skimage.io.imread skimage.imread matplotlib.pyplot.imread "
        "matplotlib.image.imread matplotlib.pylab.imread pylab.imread scipy.misc.imread scipy.misc.pilutil.imread "
        "scipy.ndimage.imread tifffile.imread mmcv.imread keras.preprocessing.image.load_img "
        "tensorflow.keras.preprocessing.image.load_img tensorflow.python.keras.preprocessing.image.load_img "
        "keras.utils.load_img tensorflow.keras.utils.load_img keras_preprocessing.image.load_img "
        "torchvision.io.read_image torchvision.io.decode_image torchvision.io.read_video "
        "torchvision.datasets.folder.default_loader torchvision.datasets.folder.pil_loader "
        "tensorflow.io.read_file tensorflow.read_file tensorflow.image.decode_jpeg "
        "tensorflow.image.decode_png tensorflow.image.decode_image tensorflow.io.decode_jpeg tensorflow.io.decode_png "
        "tensorflow.io.decode_image tensorflow.io.decode_raw tensorflow.audio.decode_wav cv2.cv.LoadImage "
        "rawpy.imread caffe.io.load_image kornia.io.load_image turbojpeg.TurboJPEG pyvips.Image.new_from_file",
    ),
    **_named(
        _ARRAY,
        "numpy.load numpy.fromfile torchaudio.load scipy.io.loadmat scipy.sparse.load_npz hdf5storage.loadmat "
        "mat73.loadmat safetensors.numpy.load_file safetensors.torch.load_file open3d.io.read_point_cloud trimesh.load "
        "trimesh.load_mesh plyfile.PlyData.read laspy.read pyarrow.feather.read_feather xarray.load_dataset "
        "xarray.load_dataarray sklearn.datasets.load_svmlight_file",
    ),
    **_named(
        _SOUND,
        "soundfile.read librosa.load librosa.core.load scipy.io.wavfile.read audioread.audio_open "
        "pydub.AudioSegment.from_file pydub.AudioSegment.from_wav pydub.AudioSegment.from_mp3 "
        "python_speech_features.load wavio.read sf.read audiofile.read",
    ),
    **_named(
        _VOLUME,
        "SimpleITK.ReadImage pydicom.dcmread pydicom.read_file dicom.read_file dicom.dcmread nrrd.read "
        "medpy.io.load itk.imread tensorflow.keras.utils.get_volume mne.read_epochs pynrrd.read",
    ),
    **_named(_NUMBERS, "numpy.loadtxt numpy.genfromtxt numpy.recfromcsv"),
    **_named(
        _TABLE,
        "pandas.read_csv pandas.read_table pandas.read_parquet pandas.read_feather pandas.read_hdf pandas.read_excel "
        "pandas.read_json pandas.read_pickle pandas.read_sql pandas.read_fwf pandas.read_stata pandas.read_sas "
        "pandas.io.parsers.read_csv polars.read_csv polars.read_parquet pyarrow.parquet.read_table "
        "pyarrow.csv.read_csv cudf.read_csv",
    ),
    **_named(
        _PICKLE,
        "pickle.load cPickle.load _pickle.load dill.load joblib.load sklearn.externals.joblib.load torch.load "
        "pickle.loads cPickle.loads six.moves.cPickle.load cloudpickle.load compress_pickle.load six.moves.pickle.load",
    ),
    **_named(
        _JSON,
        "json.load json.loads ujson.load ujson.loads orjson.loads simplejson.load "
        "xml.etree.ElementTree.parse xml.etree.cElementTree.parse lxml.etree.parse xml.dom.minidom.parse",
    ),
    **_named(_TEXT, "linecache.getlines tensorflow.io.gfile.read_file_to_string"),
}

LAZY = frozenset(
    "h5py.File tables.open_file zarr.open zarr.open_group zarr.open_array zarr.load_group lmdb.open netCDF4.Dataset "
    "xarray.open_dataset xarray.open_mfdataset xarray.open_dataarray "
    "xarray.open_zarr numpy.memmap numpy.lib.format.open_memmap nibabel.load nib.load "
    "imageio.v3.imiter imageio.imiter av.open "
    "rasterio.open gdal.Open osgeo.gdal.Open cv2.VideoCapture imageio.get_reader decord.VideoReader "
    "spectral.open_image spectral.io.envi.open skimage.io.imread_collection skimage.io.ImageCollection "
    "pandas.HDFStore zipfile.ZipFile tarfile.open dask.array.from_zarr dask.dataframe.read_csv skimage.io.MultiImage "
    "dask.dataframe.read_parquet openslide.OpenSlide openslide.open_slide wave.open tifffile.memmap tifffile.TiffFile "
    "pyarrow.parquet.ParquetFile polars.scan_csv polars.scan_parquet datasets.load_dataset h5pyd.File".split()
)
"""Calls that open without reading."""

MAPS = frozenset(["numpy.memmap", "numpy.lib.format.open_memmap", "tifffile.memmap"])
"""Those of them that give an array whose pages are read when they are touched."""

OPENERS = frozenset(
    "open io.open codecs.open gzip.open bz2.open lzma.open smart_open.open smart_open.smart_open os.fdopen file "
    "tensorflow.io.gfile.GFile tensorflow.gfile.GFile tensorflow.gfile.Open "
    "tensorflow.io.gfile.open fsspec.open jsonlines.open".split()
)

IMAGE_OPENERS = frozenset(["PIL.Image.open", "Image.open"])

LISTERS = frozenset(
    "os.listdir os.walk os.scandir glob.glob glob.iglob tensorflow.io.gfile.glob tensorflow.gfile.Glob "
    "tensorflow.io.gfile.listdir tensorflow.gfile.ListDirectory natsort.natsorted imutils.paths.list_images "
    "paths.list_images fnmatch.filter tensorflow.io.match_filenames_once".split()
)
"""Calls that name files: small, and as many as there are."""

PIPELINES = "tensorflow.data."

_ALIASES = {
    "np": "numpy",
    "pd": "pandas",
    "tf": "tensorflow",
    "plt": "matplotlib.pyplot",
    "sitk": "SimpleITK",
    "nib": "nibabel",
}
"""What notebooks and fragments mean by a name that nothing in the file defines."""


def canonical(dotted: str, *, imported: bool) -> str:
    """A dotted name with the prefixes of old layouts taken off.

    Args:
        dotted: The name with the file's import aliases resolved.
        imported: Whether the file imports its first part; if not, the habits of the field are assumed.
    """
    first, _, rest = dotted.partition(".")
    if not imported and first in _ALIASES and rest:
        return f"{_ALIASES[first]}.{rest}"
    # A holder of modules that are imported when they are first asked for.
    dotted = dotted.rpartition(".lazy_imports.")[2]
    for layout in ("tensorflow.compat.v1.", "tensorflow.compat.v2."):
        if dotted.startswith(layout):
            return "tensorflow." + dotted[len(layout) :]
    return dotted
