"""What recipes of shaping wrappers are worth: does credit find the bug, does reward tell answers apart, and at what price."""
