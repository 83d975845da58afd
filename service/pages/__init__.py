"""The pages for people: server-rendered, htmx for what changes in place, nothing from outside."""
