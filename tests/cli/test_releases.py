"""What belongs together climbs together, whoever asks."""


def test_asking_for_one_variant_asks_for_its_release(sluice):
    sluice.write()
    variants = [sluice.package("trips", build=f"py{py}h0123456_0") for py in ("311", "312")]
    assert sluice("upload", *variants).code == 0
    answer = sluice("promote", "trips=1.2.3=py311*", "--to", "testing", "--format", "json")
    assert answer.code == 0
    assert [one["outcome"] for one in answer.json["outcomes"]] == ["promoted", "promoted"]
