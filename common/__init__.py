"""What every room may use and what knows no room: a closed list (tests/test_structure.py)."""
