"""What happens after red: matters that somebody has to see to, followed to their end; what turned since one last looked."""
