"""`stockpulse soak`: mixed load for hours, with faults on a schedule, and proofs beside it.

Rule: what is proven is known before it is asked for: each operation's effect is written down when it is sent.
"""
