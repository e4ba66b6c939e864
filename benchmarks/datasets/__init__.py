"""Whether the published data sets mean in ``rlvr/Code-v0`` what they mean elsewhere: references pass, empty bodies do not."""
