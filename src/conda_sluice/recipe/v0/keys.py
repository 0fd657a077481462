"""Which keys a v0 recipe may have (conda-build's metadata.py, FIELDS, and what else it reads)."""

SECTIONS = frozenset(
    ("package", "source", "build", "outputs", "requirements", "test", "about", "extra", "app")
)
PACKAGE = frozenset(("name", "version"))
SOURCE = frozenset(
    (
        *("fn", "url", "md5", "sha1", "sha224", "sha256", "sha384", "sha512"),
        *("content_sha256", "content_sha384", "content_sha512", "content_hash_skip"),
        *("path", "path_via_symlink", "git_url", "git_tag", "git_branch", "git_rev", "git_depth"),
        *("hg_url", "hg_tag", "svn_url", "svn_rev", "svn_ignore_externals", "svn_username"),
        *("svn_password", "folder", "no_hoist", "patches"),
    )
)
BUILD = frozenset(
    (
        *("number", "string", "entry_points", "osx_is_app", "disable_pip", "features"),
        *("track_features", "preserve_egg_dir", "no_link", "binary_relocation", "script"),
        *("noarch", "noarch_python", "python_version_independent", "has_prefix_files"),
        *("binary_has_prefix_files", "ignore_prefix_files", "detect_binary_files_with_prefix"),
        *("skip_compile_pyc", "rpaths", "rpaths_patcher", "script_env", "always_include_files"),
        *("skip", "msvc_compiler", "pin_depends", "include_recipe", "preferred_env"),
        *("preferred_env_executable_paths", "run_exports", "ignore_run_exports"),
        *("ignore_run_exports_from", "requires_features", "provides_features"),
        *("force_use_keys", "force_ignore_keys", "merge_build_host", "pre-link", "post-link"),
        *("pre-unlink", "missing_dso_whitelist", "missing_dso_allowlist", "runpath_whitelist"),
        *("runpath_allowlist", "error_overdepending", "error_overlinking"),
        *("overlinking_ignore_patterns", "python_site_packages_path", "activate_in_script"),
        "ignore_verify_codes",
    )
)
RUN_EXPORTS = frozenset(("weak", "strong", "noarch", "weak_constrains", "strong_constrains"))
REQUIREMENTS = frozenset(("build", "host", "run", "run_constrained", "conflicts"))
TEST = frozenset(("requires", "commands", "files", "imports", "source_files", "downstreams"))
OUTPUT_TEST = TEST | {"script", "script_interpreter"}
ABOUT = frozenset(
    (
        *("home", "dev_url", "doc_url", "doc_source_url", "license_url", "license", "summary"),
        *("description", "license_family", "identifiers", "tags", "keywords", "license_file"),
        *("prelink_message", "readme"),
    )
)
OUTPUT = frozenset(
    (
        *("name", "version", "number", "string", "entry_points", "script", "script_interpreter"),
        *("build", "requirements", "test", "about", "extra", "files", "type", "run_exports"),
        *("target", "noarch", "noarch_python", "python_version_independent", "features"),
        "track_features",
    )
)
FILES = frozenset(("include", "exclude"))
APP = frozenset(("entry", "icon", "summary", "type", "cli_opts", "own_environment"))

# What the model has no field for: kept as pairs of text, for the builder to obey or to refuse.
SOURCE_BEYOND = (
    *("sha1", "sha224", "sha384", "sha512", "content_sha256", "content_sha384"),
    *("content_sha512", "content_hash_skip", "path_via_symlink", "hg_url", "hg_tag"),
    *("svn_url", "svn_rev", "svn_ignore_externals", "svn_username", "svn_password"),
    "no_hoist",
)
BUILD_BEYOND = (
    *("disable_pip", "features", "track_features", "preserve_egg_dir", "rpaths_patcher"),
    *("msvc_compiler", "pin_depends", "include_recipe", "preferred_env"),
    *("preferred_env_executable_paths", "requires_features", "provides_features"),
    *("pre-link", "post-link", "pre-unlink", "overlinking_ignore_patterns"),
    *("python_site_packages_path", "activate_in_script", "ignore_verify_codes"),
)
