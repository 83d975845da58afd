"""Who asks, what they may do, and which records they may see."""
