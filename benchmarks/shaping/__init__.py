"""What every recipe of shaping wrappers is worth: does its credit find the bug, its reward tell answers apart, and at what price."""
