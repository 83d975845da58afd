"""Work in the background: queued in the store, done by one worker, told of while it runs."""
