"""The service: texts in over HTTP, reports out; needs ``pip install "mtdetect[serve]"``.

One process speaks HTTP (``app``, behind ``edge`` and ``guard``) and never looks into a text. Others
(``worker``, kept by ``pool``) read what was sent and score it (``work``): they can be stopped when
a text takes too long, and replaced when one of them dies.
"""
