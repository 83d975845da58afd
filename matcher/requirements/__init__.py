"""What a need asks for, and what an achievement says to each point."""
