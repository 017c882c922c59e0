"""Gives pages and apps tokens that speak for a minute; the key stays here."""

import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from kugelaudio import KugelAudio


class Tokens(BaseHTTPRequestHandler):
    def do_POST(self):
        # Ask here who your user is: whoever gets a token may speak at your expense.
        token = client.tokens.create(max_characters=1000).token
        self.send_response(200)
        self.end_headers()
        self.wfile.write(token.encode())


client = KugelAudio()
server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8080"))), Tokens)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
