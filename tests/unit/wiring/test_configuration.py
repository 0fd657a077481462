import rattler

from conda_sluice.wiring.configuration import current_platform


def test_this_machine_is_what_rattler_takes_it_for():
    assert current_platform() == str(rattler.Subdir.current())
