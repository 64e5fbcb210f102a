"""A mail server and a receiver of webhooks on this machine, which keep what they get."""

from __future__ import annotations

import base64
import http.server
import json
import socketserver
import threading
from contextlib import contextmanager


class MailHandler(socketserver.StreamRequestHandler):
    """As much of SMTP as a client that sends a mail needs."""

    def handle(self):
        self.say(220, "ready")
        while line := self.rfile.readline().decode(errors="replace").strip():
            command, _, rest = line.partition(" ")
            if command.upper() in ("EHLO", "HELO"):
                self.wfile.write(b"250-here\r\n250 AUTH PLAIN\r\n")
            elif command.upper() == "AUTH":
                self.server.logins.append(base64.b64decode(rest.split()[1]).decode().split("\0")[1:])
                # Some servers repeat what they refuse.
                self.say(*((235, "welcome") if self.server.is_login_good else (535, f"{rest} is not known here")))
            elif command.upper() == "DATA":
                self.say(354, "go on")
                lines = []
                while (text := self.rfile.readline().decode().rstrip("\r\n")) != ".":
                    lines.append(text)
                self.server.received.append("\n".join(lines))
                self.say(250, "taken")
            elif command.upper() == "QUIT":
                self.say(221, "bye")
                return
            else:
                self.say(250, "fine")

    def say(self, code, words):
        self.wfile.write(f"{code} {words}\r\n".encode())


class WebHandler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((self.path, json.loads(content)))
        self.send_response(self.server.answer)
        if self.server.answer == 302:
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()

    def log_message(self, *_):
        pass


@contextmanager
def serving(server):
    server.received, server.logins, server.is_login_good, server.answer = [], [], True, 200
    server.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def mail_server():
    return serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), MailHandler))


def web_server():
    return serving(http.server.ThreadingHTTPServer(("127.0.0.1", 0), WebHandler))
