"""The build plan: the least that makes a target met, and how it is kept and followed."""
