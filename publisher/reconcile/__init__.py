"""Links out, proposed: other services are asked what they know of our agents, concepts and places; people decide.

Source: Reconciliation Service API v0.2 (W3C Community Group report, 10 April 2023), the side of the client.
"""
