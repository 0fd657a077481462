"""Test scripts that count when they lie beside a meta.yaml, and what runs them."""

TEST_SCRIPTS = (
    ("run_test.sh", "bash -e"),
    ("run_test.bat", "call"),
    ("run_test.py", "python"),
    ("run_test.r", "Rscript"),
    ("run_test.pl", "perl"),
)
