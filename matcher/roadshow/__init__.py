"""From matches to events: who goes on stage, who is invited, when they meet, and the proof."""
