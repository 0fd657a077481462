"""Headers by the conda packages that have them, as builds look for them: a table, kept by hand.

Names are in lower case, with the folder below `include` where they are asked for with it.
"""

from collections.abc import Mapping
from types import MappingProxyType

_NAMES = """
alsa-lib: alsa/asoundlib.h
assimp: assimp/scene.h
bzip2: bzlib.h
c-ares: ares.h
cairo: cairo/cairo.h cairo.h
cfitsio: fitsio.h
eigen: eigen/core eigen3/eigen/core signature_of_eigen3_matrix_library
expat: expat.h
ffmpeg: libavcodec/avcodec.h libavformat/avformat.h libavutil/avutil.h libswscale/swscale.h
fftw: fftw3.h
fontconfig: fontconfig/fontconfig.h
freetype: ft2build.h freetype2/ft2build.h
gdbm: gdbm.h
geos: geos_c.h
gflags: gflags/gflags.h
giflib: gif_lib.h
glew: gl/glew.h
glfw: glfw/glfw3.h
glib: glib.h glib-2.0/glib.h glib/glib.h
glm: glm/glm.hpp
glog: glog/logging.h
gmp: gmp.h gmpxx.h
gnutls: gnutls/gnutls.h
gsl: gsl/gsl_math.h gsl/gsl_version.h gsl/gsl_sf.h
harfbuzz: hb.h harfbuzz/hb.h
hdf5: hdf5.h
hunspell: hunspell/hunspell.hxx hunspell/hunspell.h
icu: unicode/utypes.h unicode/uversion.h
json-c: json-c/json.h json/json_object.h
jsoncpp: json/json.h json/reader.h jsoncpp/json/json.h
krb5: gssapi/gssapi.h gssapi.h krb5.h
lame: lame/lame.h lame.h
lcms2: lcms2.h
leptonica: leptonica/allheaders.h
leveldb: leveldb/db.h
libacl: sys/acl.h acl/libacl.h
libarchive: archive.h
libass: ass/ass.h
libavif: avif/avif.h
libblas: cblas.h
libcap: sys/capability.h
libcurl: curl/curl.h
libdeflate: libdeflate.h
libdrm: xf86drm.h libdrm/drm.h
libedit: editline/readline.h histedit.h
libegl-devel: egl/egl.h
libev: ev.h
libevent: event.h event2/event.h
libexif: libexif/exif-data.h
libfabric: rdma/fabric.h
libffi: ffi.h
libflac: flac/stream_decoder.h flac/all.h
libgcrypt-devel: gcrypt.h
libgd: gd.h
libgdal-core: gdal.h gdal_priv.h
libgit2: git2.h
libgl-devel: gl/gl.h gl/glx.h
libglu: gl/glu.h
libheif: libheif/heif.h
libhwloc: hwloc.h
libidn2: idn2.h
libjpeg-turbo: jpeglib.h turbojpeg.h
libjxl: jxl/decode.h
libmagic: magic.h
libmicrohttpd: microhttpd.h
libnetcdf: netcdf.h
libnghttp2: nghttp2/nghttp2.h
libnuma: numa.h
libogg: ogg/ogg.h
libopus: opus/opus.h opus.h
libpcap: pcap.h pcap/pcap.h
libpng: png.h
libpq: libpq-fe.h
libprotobuf: google/protobuf/message.h
libraw: libraw/libraw.h
librsvg: librsvg/rsvg.h
libsamplerate: samplerate.h
libsndfile: sndfile.h
libsodium: sodium.h
libssh: libssh/libssh.h
libssh2: libssh2.h
libsystemd: systemd/sd-daemon.h
libtheora: theora/theora.h
libtiff: tiff.h tiffio.h
libudev: libudev.h
libunistring: unistr.h
liburing: liburing.h
libusb: libusb.h libusb-1.0/libusb.h
libuuid: uuid/uuid.h
libuv: uv.h
libva: va/va.h
libvorbis: vorbis/vorbisfile.h vorbis/codec.h vorbis/vorbisenc.h
libvpx: vpx/vpx_decoder.h
libwebp-base: webp/decode.h webp/encode.h
libxcb: xcb/xcb.h
libxml2-devel: libxml/parser.h libxml/xpath.h libxml/xmlversion.h
libxslt: libxslt/xslt.h
libzip: zip.h
liblzma-devel: lzma.h
lmdb: lmdb.h
lua: lua.h
lz4-c: lz4.h lz4frame.h
lzo: lzo/lzo1x.h lzo/lzoconf.h
metis: metis.h
mpc: mpc.h
mpfr: mpfr.h
mpg123: mpg123.h
msgpack-c: msgpack.h
mysql-devel: mysql.h mysql/mysql.h
ncurses: ncurses.h curses.h ncurses/ncurses.h term.h
nettle: nettle/sha.h
nlohmann_json: nlohmann/json.hpp
nlopt: nlopt.h nlopt.hpp
ocl-icd: cl/cl.h
oniguruma: oniguruma.h
openal-soft: al/al.h al.h
openexr: openexr/imfrgbafile.h imfrgbafile.h openexr/openexrconfig.h
openjpeg: openjpeg.h openjpeg-2.0/openjpeg.h
openldap: ldap.h lber.h
openssl: openssl/ssl.h openssl/crypto.h openssl/evp.h
pcre2: pcre2.h
pcre: pcre.h
portaudio: portaudio.h
proj: proj.h proj_api.h
pugixml: pugixml.hpp
pulseaudio: pulse/pulseaudio.h pulse/simple.h
qhull: libqhull/libqhull.h libqhull_r/libqhull_r.h qhull/qhull_a.h
rapidjson: rapidjson/rapidjson.h rapidjson/document.h
re2: re2/re2.h
readline: readline/readline.h readline/history.h
rocksdb: rocksdb/db.h
sdl2: sdl2/sdl.h
shapelib: shapefil.h
snappy: snappy.h snappy-c.h
spdlog: spdlog/spdlog.h
speex: speex/speex.h
sqlite: sqlite3.h
suitesparse: cholmod.h umfpack.h suitesparse/cholmod.h suitesparse/umfpack.h suitesparse_config.h
superlu: slu_ddefs.h superlu/slu_ddefs.h
taglib: taglib/tag.h
tbb-devel: tbb/tbb.h oneapi/tbb.h
tinyxml2: tinyxml2.h
tinyxml: tinyxml.h
tk: tcl.h tk.h
udunits2: udunits2.h
unixodbc: sql.h sqlext.h odbcinst.h
xerces-c: xercesc/util/xercesdefs.hpp xercesc/dom/dom.hpp
xorg-libx11: x11/xlib.h
xorg-libxext: x11/extensions/xshm.h x11/extensions/xext.h
xxhash: xxhash.h
yaml-cpp: yaml-cpp/yaml.h
yaml: yaml.h
zeromq: zmq.h
zlib: zlib.h
zstd: zstd.h
"""

HEADERS: Mapping[str, str] = MappingProxyType(
    {
        header: package
        for package, headers in (line.split(":") for line in _NAMES.strip().splitlines())
        for header in headers.split()
    }
)
"""The package by the header."""

STANDARD_HEADERS = frozenset(
    {
        *(
            "aio",
            "alloca",
            "assert",
            "complex",
            "cpio",
            "ctype",
            "dirent",
            "dlfcn",
            "errno",
            "fcntl",
        ),
        *(
            "features",
            "fenv",
            "float",
            "fnmatch",
            "ftw",
            "getopt",
            "glob",
            "grp",
            "iconv",
            "inttypes",
        ),
        *(
            "iso646",
            "langinfo",
            "libgen",
            "libintl",
            "limits",
            "locale",
            "malloc",
            "math",
            "memory",
        ),
        *("monetary", "mqueue", "net/if", "netdb", "netinet/in", "netinet/tcp", "nl_types", "poll"),
        *("pthread", "pwd", "regex", "sched", "search", "semaphore", "setjmp", "signal", "spawn"),
        *("stdalign", "stdarg", "stdatomic", "stdbool", "stddef", "stdint", "stdio", "stdlib"),
        *("stdnoreturn", "string", "strings", "stropts", "syslog", "tar", "termios", "tgmath"),
        *("threads", "time", "uchar", "ucontext", "ulimit", "unistd", "utime", "utmpx", "wchar"),
        *("wctype", "wordexp", "arpa/inet", "sys/ioctl", "sys/ipc", "sys/mman", "sys/msg"),
        *(
            "sys/param",
            "sys/resource",
            "sys/select",
            "sys/sem",
            "sys/shm",
            "sys/socket",
            "sys/stat",
        ),
        *("sys/statvfs", "sys/time", "sys/times", "sys/types", "sys/uio", "sys/un", "sys/utsname"),
        *("sys/wait", "algorithm", "any", "array", "atomic", "bitset", "chrono", "deque"),
        *("exception", "filesystem", "fstream", "functional", "future", "initializer_list"),
        *("iomanip", "ios", "iosfwd", "iostream", "istream", "iterator", "limits", "list", "map"),
        *("memory", "mutex", "new", "numeric", "optional", "ostream", "queue", "random", "ratio"),
        *("set", "span", "sstream", "stack", "stdexcept", "streambuf", "string_view", "strstream"),
        *("system_error", "thread", "tuple", "type_traits", "typeinfo", "unordered_map"),
        *("unordered_set", "utility", "valarray", "variant", "vector"),
    }
)
"""Headers of C, C++ and POSIX, without `.h`: they come with the compiler and the C library."""
