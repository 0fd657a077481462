"""What builds call the libraries of conda packages: tables, kept by hand.

Names are in lower case; a `lib` in front may be left out.
"""

from collections.abc import Mapping
from types import MappingProxyType

_SAME = """
adios2 alembic armadillo asio atkmm-1.6 attr aubio aws-c-auth aws-c-cal aws-c-common
aws-c-compression aws-c-event-stream aws-c-http aws-c-io aws-c-mqtt aws-c-s3 aws-c-sdkutils
aws-checksums aws-crt-cpp backward-cpp benchmark cairomm-1.16 capstone casadi ccfits cereal cfitsio
cgns charls chemfiles clhep cli11 cln cmark cppad cpprestsdk cppunit cppzmq cryptopp cunit curl
cxxopts dav1d dftd4 draco ecos eigenpy ensmallen erfa expat fcl fdk-aac flatbuffers fluidsynth fmt
folly fontconfig freeimage freexl fribidi gf2x ginac gl2ps glew glm glpk glslang gmsh gnutls gts
highfive highs hpx hunspell hypre igraph imath ipopt isl jansson jasper jemalloc jsoncpp keyutils
kvazaar lemon lerc leveldb lhapdf libbraiding libcroco lmdb log4cplus log4cxx lv2 m4ri m4rie mad
magic_enum manif md4c metis mimalloc mlpack mpc mpfi mpfr msgpack-cxx mujoco muparser nanodbc
nanoflann nanomsg nauty nng ompl openblas opencolorio openh264 openimageio openjph openslide
opensubdiv openvdb opusfile orc pagmo pangomm-2.48 papi parmetis pcl petsc physfs pinocchio plplot
plumed popt protozero proxsuite ptex pthread-stubs quantlib qwt range-v3 rapidjson rapidxml raptor2
re2 rocksdb rtmidi s2n scalapack scip scs sdl3 shared-mime-info simbody simdjson sleef slepc snappy
soapysdr soxr speex speexdsp spirv-headers sundials superlu superlu_dist symengine tclap
tinyobjloader toml11 tomlplusplus trilinos trompeloeil twolame uchardet uhd unordered_dense
urdfdom_headers usockets vc viennacl volk wavpack wayland-protocols wcslib websocketpp x264 x265
xcb-proto xsimd xtensor xtensor-blas xtl yajl zfp zimg zopfli
"""

_NAMES = """
alsa-lib: alsa asound
antlr4-cpp-runtime: libantlr4-runtime antlr4-runtime
aom: libaom
arpack: arpack-ng arpackng parpack
aspell: pspell
assimp: assimp-vc140
at-spi2-atk: atk-bridge-2.0
at-spi2-core: atspi-2
atk-1.0: atk
avro-cpp: avrocpp avrocpp_s
aws-sdk-cpp: awssdk
azure-core-cpp: azure-core
azure-identity-cpp: azure-identity
azure-storage-blobs-cpp: azure-storage-blobs
bdw-gc: gc bdwgc
blis: blis-mt
blosc: c-blosc
botan: botan-2 botan2 botan-3 botan3
brotli: brotlicommon brotlidec brotlienc libbrotlidec libbrotlienc
bullet-cpp: bullet bulletdynamics bulletcollision linearmath
bzip2: bz2
c-ares: cares libcares c-ares_static
c-blosc2: blosc2
cairo: cairo-ft cairo-gobject cairo-pdf cairo-png cairo-ps cairo-svg cairo-xlib cairo-xcb
  cairo-script cairo-tee cairo-egl cairo-fc
cairomm-1.0: cairomm
capnproto: capnp
cddlib: cdd cddgmp
ceres-solver: ceres
cgal-cpp: cgal
chromaprint: libchromaprint
clangdev: clang
coin-or-cbc: cbc
coin-or-cgl: cgl
coin-or-clp: clp
coin-or-osi: osi osiclp
coin-or-utils: coinutils
console_bridge: console_bridge_vendor
cpp-httplib: httplib
cpp-opentelemetry-sdk: opentelemetry-cpp opentelemetry
cyrus-sasl: sasl2 sasl cyrussasl
dbus: dbus-1
dcmtk: dcmdata dcmimgle ofstd
dlib-cpp: dlib
double-conversion: double_conversion
eccodes: eccodes_f90
eigen: eigen3 eigen2
elfutils: libdw dw
embree: embree3 embree4
enchant: enchant-2
exiv2: exiv2lib
fastjet: fastjettools
ffmpeg: avcodec avformat avutil swscale swresample avdevice avfilter postproc avresample
fftw: fftw3 fftw3f fftw3l fftw3_threads fftw3f_threads fftw3q fftw3_omp
flann: flann_cpp
freeglut: glut
freetds: sybdb
freetype: freetype2
gdbm: gdbm_compat
gdcm: gdcmcommon gdcmmsff
gdk-pixbuf: gdk-pixbuf-2.0 gdk_pixbuf gdkpixbuf
geographiclib-cpp: geographic geographiclib
geos: geos_c geos++
geotiff: xtiff
gettext: gettextpo asprintf
gflags: gflags_nothreads
giflib: gif
glfw: glfw3
glib: glib-2.0 gobject-2.0 gio-2.0 gmodule-2.0 gthread-2.0 gio-unix-2.0 gmodule-no-export-2.0
  gmodule-export-2.0 glib2 gio-windows-2.0 gio gobject gthread gmodule glib2.0
glibmm-2.4: glibmm giomm-2.4
glibmm-2.68: giomm-2.68
glog: google-glog
gmp: gmpxx gnump
gobject-introspection: gobject-introspection-1.0 girepository-2.0
gperftools: tcmalloc tcmalloc_minimal profiler google-perftools
gpgme: gpgmepp gpgme++
graphicsmagick: graphicsmagick++ graphicsmagickwand
graphite2: graphite
graphviz: cgraph cdt gvc libcgraph libgvc
gsl: gslcblas
gst-plugins-bad: gstreamer-plugins-bad-1.0 gstreamer-webrtc-1.0 gstreamer-codecparsers-1.0
gst-plugins-base: gstreamer-video-1.0 gstreamer-audio-1.0 gstreamer-app-1.0
  gstreamer-plugins-base-1.0 gstreamer-pbutils-1.0 gstreamer-tag-1.0 gstreamer-riff-1.0
  gstreamer-rtp-1.0 gstreamer-rtsp-1.0 gstreamer-sdp-1.0 gstreamer-fft-1.0 gstreamer-gl-1.0
  gstreamer-allocators-1.0
gstreamer: gstreamer-1.0 gstreamer-base-1.0 gstreamer-check-1.0 gstreamer-controller-1.0
  gstreamer-net-1.0
gtest: googletest
gtk2: gtk+-2.0 gdk-2.0 gtk+-x11-2.0 gdk-x11-2.0 gail
gtk3: gtk+-3.0 gdk-3.0 gtk+3.0 gtk gdk-x11-3.0 gdk-wayland-3.0 gtk+-x11-3.0 gtk+-wayland-3.0
  gtk+-unix-print-3.0 gail-3.0 gtk-3
gtk4: gtk4-x11 gtk4-wayland gtk4-unix-print gtk-4 gtk4-1
gtkmm-3.0: gtkmm gdkmm-3.0 gtkmm3
gumbo-parser: gumbo
harfbuzz: harfbuzz-subset harfbuzz-icu harfbuzz-gobject harfbuzz-cairo
hdf4: df mfhdf hdf
hdf5: hdf5_hl hdf5_fortran hdf5_cpp hdf5_hl_cpp hdf5-hl libhdf5
hepmc3: hepmc
hidapi: hidapi-libusb hidapi-hidraw hidapi-hidraw0
hiredis: hiredis_ssl
icu: icu-uc icu-i18n icu-io icuuc icui18n icudata icuin icutu icuio icule iculx icutest icudt
  icu-le
imagemagick: magickcore magickwand magick++ imagemagick++ magickcore-7 magickwand-7 magickcore-6
inih: inireader
isa-l: isal
json-c: json_c
json-fortran: jsonfortran
json-glib: json-glib-1.0
kealib: kea
kokkos: kokkoscore
krb5: gssapi gssapi_krb5 krb5-gssapi mit-krb5-gssapi com_err gss krb5support k5crypto krb5-client
  gssapi-krb5 gssrpc mit-krb5
lame: mp3lame
laszip: laszip3
lcms2: lcms lcms-2
leptonica: lept
libabseil: absl abseil absl_base absl_strings absl_synchronization absl_time absl_flags absl_status
  absl_log absl_str_format absl_optional absl_span absl_absl_check absl_absl_log absl_flat_hash_map
  absl_fixed_array absl_hash absl_raw_hash_set absl_random_random absl_statusor absl_variant
  absl_any absl_memory absl_algorithm absl_base_internal absl_cord
libacl: acl
libaec: aec sz szip
libaio: aio
libarchive: archive
libarrow: arrow arrow_shared arrowdataset
libass: ass
libavif: avif avif_obu
libb2: b2sum
libblas: blas blas95
libboost-devel: boost boost_system boost_filesystem boost_thread boost_regex boost_program_options
  boost_iostreams boost_serialization boost_date_time boost_chrono boost_atomic boost_log
  boost_locale boost_random boost_graph boost_coroutine boost_context boost_fiber boost_container
  boost_timer boost_wave boost_url boost_json boost_headers boost_nowide boost_math boost_contract
  boost_type_erasure boost_stacktrace boost_unit_test_framework boost_test_exec_monitor
libboost-python-devel: boost_python boost_python3 boost_numpy boost_numpy3 boost::python
  boost::python3 boost::numpy boost::numpy3
libcap: cap
libcblas: cblas cblas95
libccd-double: ccd
libcerf: cerf
libconfig: config++ libconfig++
libcrc32c: crc32c
libcurl: curl curl-gnutls curl-openssl libcurl-gnutls
libdap4: dap libdap
libdb: db
libde265: de265
libdeflate: deflate
libdicom: dicom
libdiscid: discid
libdrm: drm drm_intel drm_amdgpu drm_radeon libdrm_intel libdrm_amdgpu
libdwarf: dwarf
libedit: edit
libegl-devel: egl opengl::egl
libepoxy: epoxy
libev: ev
libevent: event event_core libevent_openssl libevent_core event_pthreads event_extra event_pthread
  libevent_extra
libexif: exif
libfabric: fabric
libffi: ffi
libflac: flac flac++
libflint: flint
libftdi: ftdi ftdi1 libftdi1 ftdipp1
libgcrypt-devel: gcrypt libgcrypt
libgd: gd
libgdal-core: gdal libgdal gdal_i
libgirepository: girepository-1.0
libgit2: git2
libgl-devel: gl opengl mesagl glx opengl::gl opengl::glx opengl::opengl
libgles-devel: glesv2 opengl::gles2 opengl::gles3
libglu: glu opengl::glu
libglvnd-devel: glvnd
libgoogle-cloud-devel: google_cloud_cpp_storage google_cloud_cpp_common google-cloud-cpp
libgpg-error: gpg-error gpgerror gpg_error
libgrpc: grpc grpc++ grpc_cpp grpc++_unsecure gpr grpc_unsecure
libgsasl: gsasl
libgsf: gsf-1
libhdfs3: hdfs3
libheif: heif
libhwloc: hwloc
libhwy: hwy highway
libiconv: iconv
libidn2: idn2
libigl: igl
libiio: iio
libimagequant: imagequant
libint: int2
libjpeg-turbo: jpeg turbojpeg jpegturbo libturbojpeg jpeg62 jpeg-turbo
libjxl: jxl jxl_threads jxl_cms
libkml: kmlbase kml kmldom kmlengine kmlconvenience kmlregionator kmlxsd
liblapack: lapack
liblapacke: lapacke lapacke95
liblzma-devel: lzma xz liblzma
libmad:
libmagic: magic
libmatio: matio
libmed: med medc medfile
libmemcached: memcached
libmicrohttpd: microhttpd
libmodbus: modbus
libnetcdf: netcdf netcdf-c netcdf_c
libnghttp2: nghttp2 nghttp2_static
libnl: nl nl-3 nl-3.0 libnl-3.0 libnl-genl-3.0 nl-genl-3 nl-route-3 libnl-route-3.0
libnuma: numa numactl
libode: ode odedouble
libogg: ogg
libopus: opus
libosmium: osmium
libosqp: osqp
libparquet: parquet
libpcap: pcap
libpciaccess: pciaccess
libpnetcdf: pnetcdf
libpng: png png16 png12 png14 png15 libpng12 libpng16 libpng15
libpq: pq postgresql libpq5 pgport pgcommon
libpqxx: pqxx
libprotobuf: protobuf protobuf-lite protoc libprotobuf-lite libprotoc
libpsl: psl
libraqm: raqm
libraw: raw raw_r
librdkafka: rdkafka rdkafka++
librsvg: rsvg librsvg-2.0 rsvg-2 rsvg2
librttopo: rttopo
libsamplerate: samplerate
libsecret: libsecret-unstable secret-1 libsecret-1
libsigcpp: sigc++ sigc++-2.0 sigc++-3.0
libsndfile: sndfile sndfile1
libsodium: sodium
libsolv: solv
libsoup: libsoup-3.0 libsoup-2.4 soup-2.4 soup-3.0
libspatialindex: spatialindex spatialindex_c
libspatialite: spatialite
libspng: spng
libssh2: ssh2 ssh2_static
libssh: ssh ssh_threads
libsystemd: libsystemd-login libsystemd-daemon systemd
libtasn1: tasn1
libtheora: theora theoradec theoraenc
libtiff: tiff libtiff-4 tiffxx tiff4 tiff5
libtirpc: tirpc
libtommath: tommath
libtool: ltdl
libtorch: torch
libudev: udev udev1
libultrahdr: uhdr
libunistring: unistring
libunwind: unwind unwind-generic unwind-ptrace libunwind-generic libunwind-x86_64 unwind-x86_64
liburing: uring uring-ffi
libusb: usb usb-1.0 libusb-1.0 usb1 libusb1 usb-1
libutf8proc: utf8proc
libuuid: uuid
libuv: uv uv1 libuv-static uv_a
libva: va va-drm va-x11 va-wayland va-glx libva-drm libva-x11
libvips: vips
libvorbis: vorbis vorbisenc vorbisfile
libvpx: vpx vpx1
libvulkan-headers: vulkan-headers vulkanheaders
libvulkan-loader: vulkan
libwebp-base: webp webpmux webpdemux sharpyuv webpdecoder libwebpmux libwebpdemux libsharpyuv
  libwebpdecoder
libwebsockets: websockets
libxc: xc xcf03 xcf90 xcf
libxcb: xcb xcb-shm xcb-render xcb-xfixes x11::xcb xcb-randr xcb-xkb xcb-glx xcb-dri2 xcb-dri3
  xcb-present xcb-sync xcb-shape
libxkbcommon: xkbcommon xkbcommon-x11 xkbregistry x11::xkbcommon xkbcommonx11
libxml2-devel: xml2 libxml-2.0 libxml2s
libxslt: xslt exslt libexslt
libxsmm: xsmm xsmmf xsmmext
libzip: zip
lilv: lilv-0
llvmdev: llvm
lpsolve55: lpsolve
lua: lua5.4 lua-5.4 lua54 lua5.3 lua-5.3 lua53 lua5.2 lua5.1 lua51 lua-5.1
luajit: luajit-5.1
lz4-c: lz4 lz4_static lz4-static lz4_shared
lzo: lzo2 lzo2-static
mbedtls: mbedcrypto mbedx509 mbed mbedcrypto_static
miniupnpc: upnpc
minizip: minizip-ng
mkl-devel: mkl mkl_rt mkl_core
mosquitto: mosquittopp
mpdecimal: mpdec
mpg123: syn123 out123
msgpack-c: msgpack msgpackc
mumps-seq: mumps dmumps zmumps smumps cmumps mumps_common pord mpiseq
mysql-devel: mysqlclient perconaserverclient mysql mariadb libmariadb mariadbclient
ncurses: curses ncursesw tinfo termcap panel form menu ncurses++ ncurses++w tinfow formw menuw
  panelw ncurses6
netcdf-cxx4: netcdf_c++4 netcdf-cxx netcdf_c++ netcdfcxx
netcdf-fortran: netcdff netcdf-f90 netcdf_fortran
nettle: hogweed
nlohmann_json: nlohmannjson nlohmann-json
nlopt: nlopt_cxx
nspr: nspr4 plc4 plds4
nss: nss3 nssutil3 smime3
occt: opencascade
ocl-icd: opencl
octomap: octomath
onednn: dnnl mkldnn
oniguruma: onig oniguruma5
openal-soft: openal
opencl-headers: openclheaders
opencv: opencv4 opencv_core opencv_imgproc opencv_highgui opencv_imgcodecs opencv2 opencv3
openexr: ilmimf half iex ilmthread openexrcore openexr_2 ilmbase
openjpeg: openjp2 libopenjp2 openjpip openjp2_static libopenjpip
openldap: ldap lber ldap_r libldap
openssl: crypto ssl libcrypto libssl libssl-dev openssl1 ssl_static
osqp-eigen: osqpeigen
p11-kit: p11-kit-1
pango: pangocairo pangoft2 pangoxft pangowin32 pango1.0
pangomm-1.4: pangomm
pari: pari-gp
pcre2: pcre2-8 libpcre2-8 pcre2-posix libpcre2-posix pcre2-16 pcre2-32 libpcre2-16 libpcre2-32
  pcre2_8
pcre: pcreposix libpcre pcrecpp pcre16 pcre32 libpcrecpp libpcreposix pcrelib
pdal: pdalcpp
pixman: pixman-1
poco: poconet pocofoundation pocojson pocoutil pocoxml pocodata pocodatasqlite pococrypto
  poconetssl pocozip
poppler: poppler-glib poppler-cpp poppler-qt5 poppler-qt6
portaudio: portaudio-2.0
portmidi: porttime
ppl: parma_polyhedra
proj: proj4 proj6 proj9 proj_api libproj
prometheus-cpp: prometheus-cpp-core prometheus-cpp-pull
pugixml: pugixml_static
pulseaudio: libpulse pulse pulse-simple pulse-mainloop-glib libpulse-simple libpulse-mainloop-glib
qca: qca2 qca-qt5 qca2-qt5 qca-qt6 qca2-qt6
qhull: qhull_r qhullcpp qhullstatic_r qhullstatic qhull6 libqhull qhull_p
qscintilla2: qscintilla qscintilla2_qt5 qscintilla2_qt6
qt-main: qt5 qt5core qt5widgets qt5gui qt5network qt5xml qt5svg qt5test qt5sql qt5opengl
  qt5concurrent qt5dbus qt5qml qt5quick qt5printsupport
qt-webengine: qt5webengine qt5webenginewidgets qt5webenginecore qt5::webengine
  qt5::webenginewidgets qt5::webenginecore
qt6-main: qt6 qt6core qt6widgets
qtkeychain: qt5keychain qt6keychain
quazip: quazip5 quazip1-qt5 quazip1-qt6 quazip-qt5 quazip-qt6
rdma-core: ibverbs rdmacm libibverbs librdmacm infiniband mlx5 ibumad ibmad libibumad
readline: history
redis-plus-plus: redis++
rtl-sdr: rtlsdr
scotch: ptscotch scotcherr ptscotcherr scotchmetis ptesmumps esmumps
sdl2: sdl2main sdl2-static sdl2_static
sdl2_image: sdl2-image
sdl2_mixer: sdl2-mixer
sdl2_net: sdl2-net
sdl2_ttf: sdl2-ttf
serd: serd-0
sfml: sfml-graphics sfml-window sfml-system sfml-audio sfml-network
shaderc: shaderc_combined shaderc_shared
shapelib: shp
soci-core: soci soci_core
sord: sord-0
spdlog: spdlog_header_only
spglib: symspg
spirv-tools: spirv-tools-opt spirv-tools-shared
sqlite: sqlite3
sratom: sratom-0
suitesparse: cholmod umfpack amd klu spqr colamd suitesparseconfig camd ccolamd btf cxsparse
  suitesparse_config ldl rbio graphblas suitesparse::cholmod suitesparse::umfpack
svt-av1: svtav1enc svtav1 svtav1dec
taglib: tag taglib_c tag_c
tbb-devel: tbb tbbmalloc tbb12 tbbmalloc_proxy tbb_debug
tesseract: tesseract5
thrift-cpp: thrift
tiledb: tiledb_shared tiledb_static
tinyxml2: tinyxml2_static
tinyxml: tinyxml_vendor
tk: tcl tcl8.6 tk8.6 tclstub tkstub tclsh
ucx: ucp ucs uct ucm
udunits2: udunits
unixodbc: odbc odbcinst odbccr
urdfdom: urdfdom_model urdfdom_sensor urdfdom_world
uriparser: liburiparser
utfcpp: utf8cpp
vigra: vigraimpex
voro: voro++
vtk-base: vtk vtk9 vtk8
wayland: wayland-client wayland-server wayland-cursor wayland-egl
woff2: woff2dec woff2enc libwoff2dec libwoff2enc
wxwidgets: wx wx_baseu wxgtk
xapian-core: xapian xapian-core-1
xcb-util-cursor: xcb-cursor
xcb-util-image: xcb-image
xcb-util-keysyms: xcb-keysyms
xcb-util-renderutil: xcb-renderutil
xcb-util-wm: xcb-icccm xcb-ewmh
xcb-util: xcb-aux
xerces-c: xercesc xerces xercesc-c
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
xorg-xorgproto: xproto xextproto inputproto glproto kbproto xf86bigfontproto recordproto fixesproto
  damageproto compositeproto randrproto renderproto resourceproto scrnsaverproto videoproto
  xineramaproto xf86vidmodeproto dri2proto dri3proto presentproto
xorg-xtrans: xtrans
xxhash: libxxhash xxhash_static
yaml-cpp: yamlcpp yaml_cpp
yaml: yaml-0.1 libyaml
zeromq: zmq libzmq libzmq-static zmq-static
zlib-ng: z-ng zlib_ng zlib-ngstatic
zlib: z zlibstatic zlib1 zdll zlibwapi zlib-static
zstd: zstd_shared zstd_static libzstd_shared libzstd_static libzstd
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
