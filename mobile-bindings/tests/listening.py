"""Listeners that remember what they heard, and throw when told to."""

import threading

import mobile_bindings as core

WAITS_SECONDS = 30


class Listener(core.SessionListener):
    """Remembers the names of what it heard. Throws `throws` each time, if there is one; then calls `then`."""

    def __init__(self, throws=None, then=lambda: None):
        self.names = []
        self.news = []
        self.throws = throws
        self.then = then
        self._came = threading.Condition()

    def heard(self, news):
        with self._came:
            self.news.append(news)
            self.names.append(type(news).__name__.removeprefix("News."))
            self._came.notify_all()
        self.then()
        if self.throws is not None:
            raise self.throws

    def wait_for(self, name):
        """Waits until news of that name came, and gives it."""
        with self._came:
            if not self._came.wait_for(lambda: name in self.names, WAITS_SECONDS):
                raise AssertionError(f"no {name} within {WAITS_SECONDS} s, but {self.names}")
            return self.news[self.names.index(name)]
