#!/bin/bash
# Copy an R out of the machine, and make it at home in $PREFIX/lib/R.
set -eu -o pipefail

home="$PREFIX/lib/R"
mkdir -p "$PREFIX/bin" "$home/library" "$home/doc"
for part in bin etc lib modules; do
  if [ -d "$HOST_R_HOME/$part" ]; then
    cp -RL "$HOST_R_HOME/$part" "$home/"
  fi
done
cp -RL "$HOST_R_SHARE" "$home/share"
cp -RL "$HOST_R_INCLUDE" "$home/include"
# The manuals are half of R; what R itself reads of its documentation is little.
find "$HOST_R_DOC/" -maxdepth 1 -type f ! -name 'NEWS*' ! -name FAQ -exec cp -L {} "$home/doc/" \;
if [ -d "$HOST_R_DOC/html" ]; then
  cp -RL "$HOST_R_DOC/html" "$home/doc/html"
  rm -rf "$home"/doc/html/NEWS*
fi
for package in $HOST_R_PACKAGES; do
  cp -RL "$HOST_R_HOME/library/$package" "$home/library/"
done
# What the machine's administrator wishes is no part of R.
rm -rf "$home/bin/libtool" "$home"/etc/*.site "$home/etc/Renviron.ucf" "$home/share/texmf/dvi"
chmod -R u+w "$PREFIX"

sed -i \
  -e "0,/^R_HOME_DIR=.*/s||R_HOME_DIR=$home|" \
  -e "s|^R_SHARE_DIR=.*|R_SHARE_DIR=$home/share|" \
  -e "s|^R_INCLUDE_DIR=.*|R_INCLUDE_DIR=$home/include|" \
  -e "s|^R_DOC_DIR=.*|R_DOC_DIR=$home/doc|" "$home/bin/R"
ln -s ../lib/R/bin/R "$PREFIX/bin/R"
# Rscript has the machine's R compiled in and asks RHOME first.
printf '#!/bin/bash\nexport RHOME="%s"\nexec "%s" "$@"\n' "$home" "$home/bin/Rscript" \
  > "$PREFIX/bin/Rscript"
chmod 0755 "$PREFIX/bin/Rscript"

# Libraries of the environment are found by their run path; the machine's are the system's affair.
cat > "$home/etc/ldpaths" <<'PATHS'
: ${R_LD_LIBRARY_PATH=${R_HOME}/lib}
LD_LIBRARY_PATH="${R_LD_LIBRARY_PATH}${LD_LIBRARY_PATH:+:${LD_LIBRARY_PATH}}"
export LD_LIBRARY_PATH
PATHS
# An environment's R sees the packages of the environment and no others.
sed -i -e '/^R_LIBS_USER=/d' -e '/^R_LIBS_SITE=/d' "$home/etc/Renviron"
printf '%s\n' "R_LIBS_USER=\${R_LIBS_USER-'NULL'}" "R_LIBS_SITE=\${R_LIBS_SITE-'NULL'}" \
  >> "$home/etc/Renviron"

# Packages are compiled by the environment's compilers, against the environment's libraries.
sed -i \
  -e "s/^\\(CC\\|OBJC\\) = gcc\\b/\\1 = $HOST_TRIPLET-cc/" \
  -e "s/^\\([A-Z0-9]*CXX[0-9]*\\) = g++/\\1 = $HOST_TRIPLET-c++/" \
  -e "s/^\\(FC\\|F77\\) = gfortran\\b/\\1 = $HOST_TRIPLET-gfortran/" \
  -e "s/-f\\(file\\|debug\\)-prefix-map=[^ ]*//g" \
  -e "s|^CPPFLAGS =.*|& -I$PREFIX/include|" \
  -e "s|^LDFLAGS =.*|& -L$PREFIX/lib -Wl,-rpath,$PREFIX/lib -Wl,-rpath-link,$PREFIX/lib|" \
  "$home/etc/Makeconf"
