"""The Reconciliation Service: OpenRefine and others match their own names against our works, agents, concepts, places.

Source: Reconciliation Service API v0.2 (W3C Community Group report, 10 April 2023).
"""
