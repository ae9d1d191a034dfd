"""Live captions while somebody records: sound from the browser, words from a captioner.

The recogniser runs in a worker (`workers.captioner`), never in the web process.
"""
