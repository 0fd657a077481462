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
        *("ALL", "ANCOMBC", "AnnotationDbi", "AnnotationFilter", "AnnotationForge"),
        *("AnnotationHub", "AnnotationHubData", "BSgenome", "BSgenome.Hsapiens.UCSC.hg19"),
        *("BSgenome.Hsapiens.UCSC.hg38", "Biobase", "BiocBaseUtils", "BiocCheck"),
        *("BiocFileCache", "BiocGenerics", "BiocIO", "BiocNeighbors", "BiocParallel", "BiocSet"),
        *("BiocSingular", "BiocStyle", "BiocVersion", "Biostrings", "CAMERA", "CNEr"),
        *("Category", "ChIPpeakAnno", "ChIPseeker", "ChemmineR", "ComplexHeatmap"),
        *("ConsensusClusterPlus", "DECIPHER", "DEGreport", "DESeq", "DESeq2", "DEXSeq"),
        *("DNAcopy", "DOSE", "DRIMSeq", "DSS", "DeMixT", "DelayedArray", "DelayedMatrixStats"),
        *("DiffBind", "DirichletMultinomial", "DropletUtils", "EBImage", "EBSeq", "EDASeq"),
        *("ExperimentHub", "FlowSOM", "GEOquery", "GO.db", "GOSemSim", "GOstats", "GSEABase"),
        *("GSVA", "GSVAdata", "GenomeInfoDb", "GenomeInfoDbData", "GenomicAlignments"),
        *("GenomicFeatures", "GenomicFiles", "GenomicInteractions", "GenomicRanges", "Gviz"),
        *("HDF5Array", "HSMMSingleCell", "HTSFilter", "HilbertVis", "IHW", "IRanges"),
        *("InteractionSet", "IsoformSwitchAnalyzeR", "KEGG.db", "KEGGREST", "KEGGgraph"),
        *("LoomExperiment", "MAST", "MOFA2", "MSnbase", "Maaslin2", "MatrixGenerics"),
        *("MsCoreUtils", "MultiAssayExperiment", "MutationalPatterns", "NOISeq", "NetSAM"),
        *("OrganismDbi", "PFAM.db", "PWMEnrich", "ProtGenerics", "PureCN", "QFeatures", "RBGL"),
        *("ROTS", "RProtoBufLib", "RUVSeq", "RaggedExperiment", "ReactomePA", "ResidualMatrix"),
        *("Rgraphviz", "Rhdf5lib", "Rhtslib", "Rsamtools", "Rsubread", "S4Arrays", "S4Vectors"),
        *("STRINGdb", "ScaledMatrix", "Seqinfo", "ShortRead", "SingleCellExperiment", "SingleR"),
        *("SparseArray", "SpatialExperiment", "Spectra", "StructuralVariantAnnotation"),
        *("SummarizedExperiment", "TCGAbiolinks", "TFBSTools", "TileDBArray", "TitanCNA"),
        *("TrajectoryUtils", "TreeSummarizedExperiment", "TxDb.Hsapiens.UCSC.hg19.knownGene"),
        *("TxDb.Hsapiens.UCSC.hg38.knownGene", "UCSC.utils", "VariantAnnotation", "Wrench"),
        *("XVector", "affxparser", "affy", "affyio", "alabaster.base", "alabaster.matrix"),
        *("alabaster.ranges", "alabaster.sce", "alabaster.schemas", "alabaster.se"),
        *("altcdfenvs", "annotate", "apeglm", "aroma.light", "assorthead", "ballgown"),
        *("basilisk", "basilisk.utils", "batchelor", "beachmat", "biocViews", "biomaRt"),
        *("biomformat", "biovizBase", "bladderbatch", "bluster", "bsseq", "bumphunter"),
        *("celldex", "chromVAR", "clusterProfiler", "ctc", "cummeRbund", "cytolib", "dada2"),
        *("decontam", "decoupleR", "densvis", "destiny", "dir.expiry", "dupRadar", "edgeR"),
        *("eiR", "enrichplot", "ensembldb", "fgsea", "fishpond", "flowCore", "flowViz"),
        *("flowWorkspace", "fmcsR", "gage", "geneLenDataBase", "genefilter", "geneplotter"),
        *("ggbio", "ggtree", "ggtreeExtra", "glmGamPoi", "globaltest", "golubEsets", "goseq"),
        *("graph", "groHMM", "gypsum", "h5mread", "hgu95a.db", "hypergraph", "illuminaio"),
        *("impute", "infercnv", "interactiveDisplayBase", "limma", "lpsymphony", "lumi"),
        *("makecdfenv", "marray", "metagenomeSeq", "metapod", "methylumi", "microbiome"),
        *("minfi", "missMethyl", "monocle", "motifmatchr", "msa", "multtest", "mzID", "mzR"),
        *("ncdfFlow", "oligo", "oligoClasses", "openCyto", "org.Hs.eg.db", "org.Mm.eg.db"),
        *("pathview", "pcaMethods", "phyloseq", "preprocessCore", "progeny", "pwalign"),
        *("qusage", "qvalue", "rgsepd", "rWikiPathways", "reactome.db", "rhdf5", "rhdf5filters"),
        *("rtracklayer", "savR", "scDblFinder", "scRNAseq", "scRepertoire", "scater", "scran"),
        *("scuttle", "seqLogo", "siggenes", "slingshot", "snpStats", "sparseMatrixStats", "sva"),
        *("tidybulk", "tradeSeq", "treeio", "txdbmaker", "tximeta", "tximport", "tximportData"),
        *("universalmotif", "vsn", "xcms", "zinbwave", "zlibbioc"),
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
