"""The build plan (建设方案): the least work that makes a target met, and the proof that nothing less does."""
