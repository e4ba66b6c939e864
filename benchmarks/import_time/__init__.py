"""How long ``import rlvr_envs`` takes beside ``import gymnasium``, which it needs."""
