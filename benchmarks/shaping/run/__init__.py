"""What is run: each module plays answers under every recipe and returns records, without judging what they are worth."""
