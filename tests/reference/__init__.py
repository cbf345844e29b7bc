"""The rules read a second time: slow, obvious, without Django, without numpy, and never without its sentence.

Nothing here imports the portal. ``tests.reference.compare`` and tests/acceptance/test_against_reference.py set the
two side by side on random packages; where they differ one of them has misread ``docs/rules.md``.
"""
