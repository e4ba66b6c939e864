"""Speed and truth of ``rlvr/Code-v0`` beside the code environments of other libraries, on the same tasks in one run."""
