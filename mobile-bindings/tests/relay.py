"""A network that does as it is told, between a phone and its server: it passes on, holds back, cuts or answers itself."""

import http.client
import http.server
import json
import threading
import urllib.parse

WAITS_SECONDS = 30


class Relay:
    """A relay to the server of this address. `address` is what the phone enrols with."""

    def __init__(self, server):
        self.server = urllib.parse.urlsplit(server).netloc
        #: How many requests came.
        self.requests = 0
        #: A request came and waits for `let_go`.
        self.held = threading.Event()
        self._go = threading.Event()
        self._answer = self._pass_on
        self._http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._http.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._http.server_port}"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def stop(self):
        self.let_go()
        self._http.shutdown()
        self._http.server_close()

    def pass_on(self):
        """Passes requests on, as at the start."""
        self._answer = self._pass_on

    def hold(self):
        """Holds requests back until `let_go`, then passes them on."""
        self.held.clear()
        self._go.clear()
        self._answer = self._hold

    def let_go(self):
        self._go.set()
        self._answer = self._pass_on

    def cut(self):
        """Cuts connections without an answer."""
        self._answer = lambda path, headers, body: None

    def say_no(self, status, code):
        """Answers every request with this error."""
        body = json.dumps({"type": "about:blank", "title": code, "status": status, "code": code})
        headers = [("content-type", "application/problem+json")]
        self._answer = lambda path, sent, asked: (status, headers, body.encode())

    def answer(self, path, headers, body):
        self.requests += 1
        return self._answer(path, headers, body)

    def _hold(self, path, headers, body):
        self.held.set()
        if not self._go.wait(WAITS_SECONDS):
            return None
        return self._pass_on(path, headers, body)

    def _pass_on(self, path, headers, body):
        connection = http.client.HTTPConnection(self.server, timeout=WAITS_SECONDS)
        try:
            connection.request("POST", path, body, dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()


#: What belongs to one connection, not to the message.
HOP_BY_HOP = {"connection", "transfer-encoding", "content-length", "date", "server"}


def _handler_of(relay):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            answered = relay.answer(self.path, self.headers.items(), body)
            if answered is None:
                self.close_connection = True
                return
            status, headers, content = answered
            self.send_response(status)
            for name, value in headers:
                if name.lower() not in HOP_BY_HOP:
                    self.send_header(name, value)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format, *arguments):
            pass

    return Handler
