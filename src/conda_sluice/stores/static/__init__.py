"""What all stores share in which sluice is the one writer of the index, whatever they lie on."""
