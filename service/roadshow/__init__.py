"""Roadshows: plan files, pools from the store, shortlists, agendas, past events, mandates."""
