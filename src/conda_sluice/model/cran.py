"""How a package and a version bound of the R world are said in conda."""

import re
from collections.abc import Iterable, Mapping
from itertools import groupby

from conda_sluice.errors import ProjectError, UsageError
from conda_sluice.model.facts import RNeed
from conda_sluice.model.names import PackageName, parse_package_name

WITH_R = frozenset(
    {
        *("R", "base", "compiler", "datasets", "graphics", "grDevices", "grid", "methods"),
        *("parallel", "splines", "stats", "stats4", "tcltk", "tools", "translations", "utils"),
    }
)
"""R and the packages that are always part of it; recommended ones are packages of their own."""

BIOCONDUCTOR = frozenset(
    {
        *("AnnotationDbi", "AnnotationHub", "BSgenome", "Biobase", "BiocFileCache"),
        *("BiocGenerics", "BiocIO", "BiocNeighbors", "BiocParallel", "BiocSingular"),
        *("BiocStyle", "Biostrings", "ComplexHeatmap", "ConsensusClusterPlus", "DESeq2"),
        *("DelayedArray", "DelayedMatrixStats", "EBImage", "ExperimentHub", "GEOquery"),
        *("GO.db", "GSEABase", "GSVA", "GenomeInfoDb", "GenomeInfoDbData", "GenomicAlignments"),
        *("GenomicFeatures", "GenomicRanges", "HDF5Array", "IRanges", "KEGGREST"),
        *("KEGGgraph", "MatrixGenerics", "MultiAssayExperiment", "ProtGenerics", "RBGL"),
        *("Rgraphviz", "Rhdf5lib", "Rhtslib", "Rsamtools", "S4Arrays", "S4Vectors"),
        *("ScaledMatrix", "SingleCellExperiment", "SparseArray", "SpatialExperiment"),
        *("SummarizedExperiment", "UCSC.utils", "VariantAnnotation", "XVector", "affy"),
        *("affyio", "annotate", "beachmat", "biomaRt", "biomformat", "bluster"),
        *("clusterProfiler", "dada2", "edgeR", "enrichplot", "ensembldb", "fgsea"),
        *("genefilter", "geneplotter", "ggtree", "globaltest", "graph", "impute", "limma"),
        *("marray", "metapod", "multtest", "org.Hs.eg.db", "org.Mm.eg.db", "pcaMethods"),
        *("phyloseq", "preprocessCore", "qvalue", "rhdf5", "rhdf5filters", "rtracklayer"),
        *("scater", "scran", "scuttle", "siggenes", "snpStats", "sparseMatrixStats", "sva"),
        *("treeio", "tximport", "vsn", "xcms", "zlibbioc"),
    }
)
"""Packages that live on Bioconductor and not on CRAN; the conda channel bioconda has them."""


HEADERS_ONLY = frozenset({"BH"})
"""Packages of C++ headers without any R code: nothing of them is there to load at run time."""


def conda_name(
    name: str, names: Mapping[str, str] | None = None, *, is_bioconductor: bool = False
) -> PackageName:
    """Return the conda package of an R package; `names` comes before the rules.

    These are `r-<lower case>`, and `bioconductor-<lower case>` for what is known to live there.
    Raise ProjectError where the name cannot be a conda name.
    """
    kind = "bioconductor" if is_bioconductor or name in BIOCONDUCTOR else "r"
    try:
        return parse_package_name((names or {}).get(name, f"{kind}-{name.lower()}"))
    except UsageError as error:
        raise ProjectError(error.what, remedy=error.remedy) from error


def conda_spec(need: RNeed, names: Mapping[str, str] | None = None) -> str:
    """Return a dependency as a conda match spec; R's `1.2-3` is `1.2_3` in conda."""
    return f"{conda_name(need.name, names)} {_bound(need)}".strip()


def conda_specs(
    needs: Iterable[RNeed], names: Mapping[str, str] | None = None
) -> Mapping[str, str]:
    """Return one match spec for each R package, by its name, in the order of first mention.

    Of several lower bounds the highest stays; other bounds stand side by side.
    """
    listed = tuple(needs)
    order = list(dict.fromkeys(need.name for need in listed))
    by_name = sorted(listed, key=lambda need: order.index(need.name))
    return {
        name: f"{conda_name(name, names)} {_joined([_bound(need) for need in same])}".strip()
        for name, same in groupby(by_name, key=lambda need: need.name)
    }


def _bound(need: RNeed) -> str:
    bound = need.bound.replace(" ", "").replace("-", "_")
    return f"={bound}" if re.match(r"=[^=]", bound) else bound


def _joined(bounds: Iterable[str]) -> str:
    said = list(dict.fromkeys(bound for bound in bounds if bound))
    lowest = max((one for one in said if one.startswith(">=")), key=_numbers, default="")
    return ",".join(one for one in said if one == lowest or not one.startswith(">="))


def _numbers(bound: str) -> list[int]:
    return [int(number) for number in re.findall("[0-9]+", bound)]
