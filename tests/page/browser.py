# SPDX-License-Identifier: GPL-2.0-only
"""Control Chromium by chromedriver and WebDriver's HTTP, with only Python's own libraries."""
import http.client
import json
import os
import subprocess
import tempfile

SWITCHES = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage',
            '--no-first-run', '--disable-extensions', '--disable-background-networking',
            '--disable-component-update', '--disable-sync', '--hide-scrollbars']


class Browser:
    """A Chromium process that ends with the "with" statement."""

    def __init__(self):
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.driver = subprocess.Popen(['chromedriver', '--port=0'], stdout=subprocess.PIPE,
                                       stderr=subprocess.DEVNULL, text=True,
                                       env={**os.environ, 'TMPDIR': self.profile.name})
        for line in self.driver.stdout:
            if 'started successfully on port' in line:
                break
        else:
            raise OSError('chromedriver does not start')
        self.port = int(line.split()[-1].rstrip('.'))
        self.path = ''
        session = self.call('POST', '/session', {'capabilities': {'alwaysMatch': {
            'goog:chromeOptions': {'args': SWITCHES + ['--user-data-dir=' + self.profile.name]},
            'goog:loggingPrefs': {'browser': 'ALL', 'performance': 'ALL'}}}})
        self.path = '/session/' + session['sessionId']

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.call('DELETE', '')
        finally:
            self.driver.terminate()
            self.driver.wait()
            self.profile.cleanup()

    def call(self, method, path, body=None):
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=60)
        connection.request(method, self.path + path,
                           None if method != 'POST' else json.dumps(body or {}),
                           {'Content-Type': 'application/json'})
        value = json.load(connection.getresponse())['value']
        if isinstance(value, dict) and 'error' in value:
            raise RuntimeError(value['message'].split('\n')[0])
        return value

    def go(self, url):
        self.call('POST', '/url', {'url': url})

    def url(self):
        return self.call('GET', '/url')

    def run(self, script, *arguments):
        """Run a script; return the value of its "return", or of its promise."""
        return self.call('POST', '/execute/sync', {'script': script, 'args': list(arguments)})

    def log(self, kind):
        """Return what has been logged since the last call; kind is 'browser' or 'performance'."""
        return self.call('POST', '/se/log', {'type': kind})

    def cdp(self, command, **parameters):
        return self.call('POST', '/goog/cdp/execute', {'cmd': command, 'params': parameters})

    def press(self, *keys):
        """Press keys, one after the other, in the element that has the focus."""
        self.call('POST', '/actions', {'actions': [{'type': 'key', 'id': 'keys', 'actions': [
            {'type': kind, 'value': key} for key in keys for kind in ('keyDown', 'keyUp')]}]})

    def screen(self, width, height, dark=False):
        self.cdp('Emulation.setDeviceMetricsOverride', width=width, height=height,
                 deviceScaleFactor=1, mobile=width < 600)
        self.cdp('Emulation.setEmulatedMedia', features=[
            {'name': 'prefers-color-scheme', 'value': 'dark' if dark else 'light'},
            {'name': 'prefers-reduced-motion', 'value': 'reduce'}])
