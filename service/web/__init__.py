"""What every part of the server stands on: its errors, their one JSON shape, the workplace."""
