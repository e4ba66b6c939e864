"""Speed of ``TextVectorEnv`` beside Gymnasium's vector environments, on a trivial text environment."""
