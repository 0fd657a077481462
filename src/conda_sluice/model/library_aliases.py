"""What builds call the libraries of conda packages: tables, kept by hand.

Names are in lower case; a `lib` in front may be left out.
"""

from collections.abc import Mapping
from types import MappingProxyType

_SAME = """
adios2 alembic armadillo assimp attr benchmark ccfits cereal cfitsio cgns cli11 cln cmark cppzmq
cunit curl cxxopts dav1d draco ecos ensmallen expat fcl fdk-aac flatbuffers fmt fontconfig
freeimage freexl fribidi gdcm gf2x gflags ginac gl2ps glew glm glog glpk gnutls graphicsmagick
gsl gtk4 gts highfive highs hunspell igraph imath ipopt isl jansson jasper jemalloc jsoncpp
keyutils lerc leveldb libbraiding libcroco lmdb log4cplus log4cxx m4ri m4rie mad metis mimalloc
mlpack mpc mpfi mpfr mpg123 msgpack-cxx muparser nanoflann nauty nlohmann_json nlopt nng nspr
nss openblas opencolorio openimageio openslide openvdb opusfile pagmo parmetis pcl petsc physfs
pinocchio plplot popt protozero ptex pthread-stubs pugixml quantlib qwt range-v3 rapidjson
rapidxml re2 readline rocksdb rtmidi scalapack sdl2 sdl2_image sdl2_mixer sdl2_ttf
shared-mime-info simdjson slepc snappy soxr spdlog speex speexdsp sundials superlu symengine
tclap tesseract tinyobjloader tinyxml2 twolame urdfdom_headers usockets wavpack
wayland-protocols websocketpp x264 x265 xcb-proto xsimd xtensor xtl yajl yaml-cpp zfp zopfli
"""

_NAMES = """
alsa-lib: alsa asound
aom: libaom
arpack: arpack-ng arpackng parpack
aws-sdk-cpp: awssdk
bdw-gc: gc bdwgc
blosc: c-blosc
brotli: brotlicommon brotlidec brotlienc libbrotlidec libbrotlienc
bzip2: bz2
c-ares: cares libcares
c-blosc2: blosc2
cairo: cairo-ft cairo-gobject cairo-pdf cairo-png cairo-ps cairo-svg
capnproto: capnp
cddlib: cdd cddgmp
ceres-solver: ceres
cgal-cpp: cgal
clangdev: clang
coin-or-cbc: cbc
coin-or-cgl: cgl
coin-or-clp: clp
coin-or-osi: osi osiclp
coin-or-utils: coinutils
console_bridge: console_bridge_vendor
cpp-httplib: httplib
dbus: dbus-1
double-conversion: double_conversion
eccodes: eccodes_f90
eigen: eigen3
embree: embree3 embree4
enchant: enchant-2
ffmpeg: avcodec avformat avutil swscale swresample avdevice avfilter
fftw: fftw3 fftw3f fftw3l fftw3_threads fftw3f_threads fftw3q fftw3_omp
flann: flann_cpp
freeglut: glut
freetds: sybdb
freetype: freetype2
gdbm: gdbm_compat
gdk-pixbuf: gdk-pixbuf-2.0 gdk_pixbuf
geographiclib-cpp: geographic geographiclib
geos: geos_c
geotiff: xtiff
gettext: gettextpo asprintf
giflib: gif
glfw: glfw3
glib: glib-2.0 gobject-2.0 gio-2.0 gmodule-2.0 gthread-2.0 gio-unix-2.0 gmodule-no-export-2.0
  gmodule-export-2.0 glib2 gio-windows-2.0
gmp: gmpxx
gobject-introspection: gobject-introspection-1.0 girepository-2.0
gperftools: tcmalloc tcmalloc_minimal profiler google-perftools
graphite2: graphite
graphviz: cgraph cdt gvc libcgraph libgvc
gst-plugins-base: gstreamer-video-1.0 gstreamer-audio-1.0 gstreamer-app-1.0
gstreamer: gstreamer-1.0 gstreamer-base-1.0
gtest: googletest
gtk3: gtk+-3.0 gdk-3.0
gumbo-parser: gumbo
harfbuzz: harfbuzz-subset harfbuzz-icu harfbuzz-gobject
hdf4: df mfhdf hdf
hdf5: hdf5_hl hdf5_fortran hdf5_cpp
icu: icu-uc icu-i18n icu-io icuuc icui18n icudata icuin icutu
imagemagick: magickcore magickwand magick++
json-c: json_c
json-glib: json-glib-1.0
kealib: kea
krb5: gssapi gssapi_krb5 krb5-gssapi mit-krb5-gssapi com_err gss
lame: mp3lame
lcms2: lcms
leptonica: lept
libabseil: absl abseil absl_base absl_strings absl_synchronization absl_time absl_flags
  absl_status absl_log absl_str_format absl_optional absl_span absl_absl_check absl_absl_log
  absl_flat_hash_map absl_fixed_array
libacl: acl
libaec: aec sz szip
libaio: aio
libarchive: archive
libass: ass
libavif: avif
libb2: b2sum
libblas: blas
libboost-devel: boost boost_system boost_filesystem boost_thread boost_regex
  boost_program_options boost_iostreams boost_serialization boost_date_time
libcap: cap
libcblas: cblas
libccd-double: ccd
libcerf: cerf
libcrc32c: crc32c
libcurl: curl
libdap4: dap libdap
libdb: db
libdeflate: deflate
libdiscid: discid
libdrm: drm
libedit: edit
libegl-devel: egl opengl::egl
libepoxy: epoxy
libev: ev
libevent: event event_core libevent_openssl libevent_core event_pthreads
libexif: exif
libfabric: fabric
libffi: ffi
libflac: flac flac++
libflint: flint
libgcrypt-devel: gcrypt
libgd: gd
libgdal-core: gdal libgdal
libgit2: git2
libgl-devel: gl opengl
libgles-devel: glesv2 opengl::gles2 opengl::gles3
libglu: glu opengl::glu
libglvnd-devel: glvnd
libgpg-error: gpg-error
libgrpc: grpc grpc++ grpc_cpp
libgsasl: gsasl
libgsf: gsf-1
libhdfs3: hdfs3
libheif: heif
libhwloc: hwloc
libhwy: hwy highway
libiconv: iconv
libidn2: idn2
libimagequant: imagequant
libint: int2
libjpeg-turbo: jpeg turbojpeg
libjxl: jxl
libkml: kmlbase kml
liblapack: lapack
liblapacke: lapacke
liblzma-devel: lzma xz
libmagic: magic
libmatio: matio
libmed: med medc medfile
libmemcached: memcached
libmicrohttpd: microhttpd
libmodbus: modbus
libnetcdf: netcdf netcdf-c
libnghttp2: nghttp2
libnl: nl nl-3 nl-3.0 libnl-3.0 libnl-genl-3.0 nl-genl-3 nl-route-3 libnl-route-3.0
libnuma: numa
libode: ode
libogg: ogg
libopus: opus
libosqp: osqp
libpciaccess: pciaccess
libpnetcdf: pnetcdf
libpng: png png16
libpq: pq postgresql
libpqxx: pqxx
libprotobuf: protobuf protobuf-lite protoc
libpsl: psl
libraqm: raqm
libraw: raw raw_r
librdkafka: rdkafka rdkafka++
librsvg: rsvg librsvg-2.0
librttopo: rttopo
libsamplerate: samplerate
libsecret: secret-1 libsecret-1
libsigcpp: sigc++ sigc++-2.0 sigc++-3.0
libsndfile: sndfile
libsodium: sodium
libsolv: solv
libsoup: libsoup-3.0 libsoup-2.4
libspatialindex: spatialindex spatialindex_c
libspatialite: spatialite
libssh: ssh
libssh2: ssh2
libsystemd: systemd
libtasn1: tasn1
libtheora: theora theoradec theoraenc
libtiff: tiff libtiff-4
libtool: ltdl
libtorch: torch
libudev: udev
libunistring: unistring
libunwind: unwind
liburing: uring
libusb: usb usb-1.0 libusb-1.0
libutf8proc: utf8proc
libuuid: uuid
libuv: uv
libva: va va-drm
libvips: vips
libvorbis: vorbis vorbisenc vorbisfile
libvpx: vpx
libwebp-base: webp webpmux webpdemux sharpyuv
libwebsockets: websockets
libxc: xc xcf03 xcf90
libxcb: xcb xcb-shm xcb-render xcb-xfixes x11::xcb
libxkbcommon: xkbcommon xkbcommon-x11 xkbregistry x11::xkbcommon
libxml2-devel: xml2 libxml-2.0
libxslt: xslt exslt
libxsmm: xsmm
libzip: zip
llvmdev: llvm
lua: lua5.4 lua-5.4 lua54
lz4-c: lz4
lzo: lzo2
mbedtls: mbedcrypto mbedx509
minizip: minizip-ng
mpdecimal: mpdec
msgpack-c: msgpack msgpackc
mumps-seq: mumps dmumps zmumps smumps cmumps
mysql-devel: mysqlclient perconaserverclient mysql mariadb libmariadb mariadbclient
ncurses: curses ncursesw tinfo termcap panel form menu
netcdf-cxx4: netcdf_c++4 netcdf-cxx
netcdf-fortran: netcdff netcdf-f90
nettle: hogweed
occt: opencascade
ocl-icd: opencl
octomap: octomath
oniguruma: onig
opencv: opencv4
openexr: ilmimf half
openjpeg: openjp2 libopenjp2
openldap: ldap lber
openssl: crypto ssl libcrypto libssl
p11-kit: p11-kit-1
pango: pangocairo pangoft2 pangoxft
pari: pari-gp
pcre: pcreposix libpcre
pcre2: pcre2-8 libpcre2-8 pcre2-posix libpcre2-posix
pixman: pixman-1
poco: poconet pocofoundation
poppler: poppler-glib poppler-cpp poppler-qt5 poppler-qt6
portaudio: portaudio-2.0
ppl: parma_polyhedra
proj: proj4
pulseaudio: libpulse pulse pulse-simple
qhull: qhull_r qhullcpp qhullstatic_r
qt-main: qt5 qt5core qt5widgets
qt6-main: qt6 qt6core qt6widgets
scotch: ptscotch
shapelib: shp
sqlite: sqlite3
suitesparse: cholmod umfpack amd klu spqr colamd suitesparseconfig camd ccolamd btf cxsparse
  suitesparse_config
svt-av1: svtav1enc
taglib: tag
tbb-devel: tbb tbbmalloc
thrift-cpp: thrift
tinyxml: tinyxml_vendor
tk: tcl
udunits2: udunits
unixodbc: odbc
urdfdom: urdfdom_model
uriparser: liburiparser
utfcpp: utf8cpp
vigra: vigraimpex
voro: voro++
vtk-base: vtk
wayland: wayland-client wayland-server wayland-cursor wayland-egl
wxwidgets: wx
xapian-core: xapian
xcb-util: xcb-aux
xcb-util-cursor: xcb-cursor
xcb-util-image: xcb-image
xcb-util-keysyms: xcb-keysyms
xcb-util-renderutil: xcb-renderutil
xcb-util-wm: xcb-icccm xcb-ewmh
xerces-c: xercesc
xmlsec: xmlsec1 xmlsec1-openssl
xorg-libfontenc: fontenc
xorg-libice: ice x11::ice
xorg-libsm: sm x11::sm
xorg-libx11: x11 x11-xcb
xorg-libxau: xau x11::xau
xorg-libxaw: xaw xaw7 x11::xaw
xorg-libxcomposite: xcomposite x11::xcomposite
xorg-libxcursor: xcursor x11::xcursor
xorg-libxdamage: xdamage x11::xdamage
xorg-libxdmcp: xdmcp x11::xdmcp
xorg-libxext: xext x11::xext x11::xshm x11::xsync x11::dpms
xorg-libxfixes: xfixes x11::xfixes
xorg-libxfont2: xfont2
xorg-libxft: xft x11::xft
xorg-libxi: xi x11::xi x11::xinput
xorg-libxinerama: xinerama x11::xinerama
xorg-libxkbfile: xkbfile x11::xkbfile
xorg-libxmu: xmu x11::xmu
xorg-libxpm: xpm x11::xpm
xorg-libxrandr: xrandr x11::xrandr
xorg-libxrender: xrender x11::xrender
xorg-libxres: xres x11::xres
xorg-libxscrnsaver: xss xscrnsaver x11::xss x11::xscreensaver
xorg-libxshmfence: xshmfence
xorg-libxt: xt x11::xt
xorg-libxtst: xtst x11::xtst x11::xtest
xorg-libxv: xv x11::xv
xorg-libxvmc: xvmc
xorg-libxxf86vm: xxf86vm x11::xxf86vm
xorg-util-macros: xorg-macros
xorg-xorgproto: xproto xextproto inputproto glproto kbproto xf86bigfontproto recordproto
  fixesproto damageproto compositeproto randrproto renderproto resourceproto scrnsaverproto
  videoproto xineramaproto xf86vidmodeproto dri2proto dri3proto presentproto
xorg-xtrans: xtrans
xxhash: libxxhash
yaml: yaml-0.1 libyaml
zeromq: zmq libzmq
zlib: z zlibstatic zlib.h
zlib-ng: z-ng zlib_ng
zstd: zstd_shared zstd_static
zziplib: zzip
"""

CALLED_SO = frozenset(_SAME.split())
"""Packages that are called as their library is."""

ALIASES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        package: tuple(names.split())
        for package, names in (
            line.split(":", 1) for line in _NAMES.replace("\n  ", " ").strip().splitlines()
        )
    }
)
"""Libraries by the package that has them, where they are called otherwise."""
