"""A server that answers markup in every string, to see that reports show it as text.

It stands before the harness's own server and passes calls on. What the call itself said comes back
as it is, so that names go on working; every other string of an answer is replaced.
"""

import contextlib
import http.server
import json
import subprocess
import threading
import urllib.parse
import urllib.request
import zlib

# Each would set `window.hostile`, open a dialog or load something if it were taken for markup.
RUN = "window.hostile=1;alert(1)"
PAYLOADS = [
    f"<script>{RUN}</script>",
    f'"><img src=x onerror="{RUN}">',
    f"'><svg onload='{RUN}'>",
    f"</template><script>{RUN}</script>",
    f"</pre></details></main><script>{RUN}</script>",
    f"</script><script>{RUN}</script>",
    f"</style><script>{RUN}</script>",
    f"javascript:{RUN}",
    f'" autofocus onfocus="{RUN}" x="',
    f"--><iframe srcdoc='<script>parent.{RUN}</script>'></iframe><!--",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;script&gt;&#60;script&#62;",
    "]]><base href='http://127.0.0.1:9/'>",
    "<link rel=stylesheet href=http://127.0.0.1:9/x.css>",
    "\u202e<b>\u0000\u2028",
]


def payload(place):
    """One of them, the same at the same place each time."""
    return PAYLOADS[zlib.crc32(place.encode()) % len(PAYLOADS)]


def hostile(value, place, said):
    """The value with every string replaced that the call did not say itself."""
    if isinstance(value, dict):
        members = {name: hostile(member, f"{place}.{name}", said) for name, member in value.items()}
        return {**members, payload(place): payload(place + "!")}
    if isinstance(value, list):
        return [hostile(item, place, said) for item in value]
    if isinstance(value, str) and value not in said:
        return payload(place)
    return value


def strings(value):
    """Every string in a value."""
    if isinstance(value, dict):
        return set().union(*map(strings, value.values()))
    if isinstance(value, list):
        return set().union(*map(strings, value))
    return {value} if isinstance(value, str) else set()


def handler(upstream):
    """A handler that passes calls on to that server."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            request = urllib.request.Request(upstream + self.path, body or None, method=self.command)
            request.add_header("Content-Type", "application/json")
            try:
                response = urllib.request.urlopen(request, timeout=20)
            except urllib.error.HTTPError as error:
                response = error
            with response:
                status, text = response.status, response.read()
                error_type = response.headers.get("x-amzn-ErrorType")
            path = urllib.parse.urlsplit(self.path).path
            said = {urllib.parse.unquote(part) for part in path.split("/")}
            with contextlib.suppress(ValueError):
                said |= strings(json.loads(body))
            with contextlib.suppress(ValueError):
                text = json.dumps(hostile(json.loads(text), self.command, said)).encode()
            self.send_response(status)
            self.send_header("Content-Type", f'text/html; x="{PAYLOADS[1]}"')
            self.send_header("Content-Length", str(len(text)))
            if error_type:
                # A header has no room for what is not ASCII.
                ascii_only = payload(path).encode("ascii", "ignore").decode()
                self.send_header("x-amzn-ErrorType", ascii_only.replace("\0", ""))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_PUT = do_POST = do_DELETE = answer

        def log_message(self, *_):
            pass

    return Handler


@contextlib.contextmanager
def serve(program):
    """Serves while it is entered; gives the URL."""
    with subprocess.Popen([program, "serve", "--port", "0"], stdout=subprocess.PIPE, text=True) as behind:
        try:
            upstream = behind.stdout.readline().split()[-1]
            server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler(upstream))
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            try:
                yield f"http://127.0.0.1:{server.server_port}"
            finally:
                server.shutdown()
                thread.join()
                server.server_close()
        finally:
            behind.terminate()
