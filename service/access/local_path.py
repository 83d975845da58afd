"""Where a page leads to after signing in: only addresses of this server."""

HOME_PATH = "/"


def local_path(given: str) -> str:
    """Return the path (with its query) where it is one of this server's; the first page otherwise.

    Browsers take two slashes, a slash with a backslash, and paths with a tab inside for addresses
    of another server.
    """
    is_path = given.startswith("/") and not given.startswith("//") and "\\" not in given
    return given if is_path and given.isascii() and given.isprintable() else HOME_PATH
