"""Text environments for reinforcement learning from verifiable rewards, with the Gymnasium API.

Importing this package registers the ids (``gym.make("rlvr/Code-v0")``) and loads nothing else.
"""

from rlvr_envs.registration import register_all

__version__ = "0.1.0"

register_all()
