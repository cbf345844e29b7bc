"""What is wrong with the register (台账问题): checks declared once, rows that live until the facts are right."""
